"""As much MQTT 3.1.1 as hearing announcements takes: CONNECT, SUBSCRIBE, PUBLISH in, PUBACK out, PINGREQ."""

import json
import select
import socket
import time
from urllib.parse import urlsplit

KEEP_ALIVE = 60  # seconds


def text(value):
    data = value.encode()
    return len(data).to_bytes(2, "big") + data


def packet(first, body):
    length, left = b"", len(body)
    while True:  # 2.2.3: seven bits a byte, the highest says that more come
        left, digit = divmod(left, 128)
        length += bytes([digit | (128 if left else 0)])
        if not left:
            return bytes([first]) + length + body


class Announcements:
    """One session. Whoever finds it broken makes a new one, after a back-off."""

    def __init__(self, url, device, token, topic):
        place = urlsplit(url)
        self.socket = socket.create_connection((place.hostname, place.port or 1883), timeout=10)
        self.inbox, self.pinged = b"", time.monotonic()
        flags = bytes([4, 0b11000010]) + KEEP_ALIVE.to_bytes(2, "big")  # level 4; user, password, clean session
        self.socket.sendall(packet(0x10, text("MQTT") + flags + text(device) + text(device) + text(token)))
        self.socket.sendall(packet(0x82, b"\0\1" + text(topic) + b"\1"))

    def fileno(self):
        return self.socket.fileno()

    def hear(self):
        """The seconds of announcements that have come. Raises OSError when the session is over."""
        if time.monotonic() - self.pinged > KEEP_ALIVE / 2:
            self.pinged = time.monotonic()
            self.socket.sendall(b"\xc0\0")
        if select.select([self.socket], [], [], 0)[0]:
            data = self.socket.recv(4096)
            if not data or len(self.inbox) > 65536:
                raise OSError("the session ended")
            self.inbox += data
        heard = []
        while (one := self.next_packet()) is not None:
            if one[0] >> 4 == 3:
                heard += self.published(*one)
        return heard

    def next_packet(self):
        length, shift, at = 0, 0, 1
        while True:
            if at >= len(self.inbox):
                return None
            digit = self.inbox[at]
            length, shift, at = length | (digit & 127) << shift, shift + 7, at + 1
            if digit < 128:
                break
        if len(self.inbox) < at + length:
            return None
        first, body = self.inbox[0], self.inbox[at : at + length]
        self.inbox = self.inbox[at + length :]
        return first, body

    def published(self, first, body):
        at = 2 + int.from_bytes(body[:2], "big")
        if first & 0b110:  # QoS 1: say that it came
            self.socket.sendall(packet(0x40, body[at : at + 2]))
            at += 2
        try:
            seconds = json.loads(body[at:])["checkInWithinSeconds"]
            return [seconds] if isinstance(seconds, int) and 0 <= seconds <= 86400 else []
        except (ValueError, KeyError, TypeError):
            return []
