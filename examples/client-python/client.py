#!/usr/bin/env python3
"""A device client for Tuesday: one file of decisions to read beside docs/clients.md. Standard library only.

The process ending is a reboot: whoever supervises it starts it again. `boot` then plays the boot loader, and
`wake` finds out what the last life left undone. Every step is written down before it is begun.
"""

import http.client
import os
import random
import re
import select
import sys
import time
from hashlib import sha256
from urllib.parse import quote

import mqtt
import tuf
from storage import read_json, remove, write_json
from tuf import Refused
from wire import Server, Unreachable

ATTEMPTS = 3  # provisional boots before the way back
CHUNK = 4096  # bytes of a download that are in memory at a time
BACK_OFF = (10, 3600)  # seconds: the first wait is below twice the base, no wait is above the cap
BREAKER = 8  # failures in a row, after which it is one attempt per cap
VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?$")


def environment(name):
    return os.environ["TUESDAY_" + name]


class Clock:
    """Milliseconds. TUESDAY_CLOCK makes it run faster than the wall's, for tests."""

    def __init__(self, setting):
        parts = re.fullmatch(r"origin=(\d+);at=(\d+);rate=([\d.]+)", setting or "origin=0;at=0;rate=1")
        self.origin, self.at, self.rate = (float(part) for part in parts.groups())

    def now(self):
        return int(self.origin + (time.time() * 1000 - self.at) * self.rate)


def compare(left, right):
    """Below, at or above zero, by semantic versioning 2.0.0, clause 11; a pre-release is below its release."""

    def key(version):
        *core, tail = VERSION.match(version).groups()
        parts = [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in (tail or "").split(".")]
        return [int(part) for part in core], tail is None, parts

    return (key(left) > key(right)) - (key(left) < key(right))


class Client:
    def __init__(self):
        self.server = Server(environment("SERVER"))
        self.device, self.hardware, self.folder = environment("DEVICE"), environment("HARDWARE"), environment("DATA")
        self.clock = Clock(os.environ.get("TUESDAY_CLOCK"))
        os.makedirs(self.path("trust"), exist_ok=True)
        self.state = read_json(self.path("state.json")) or self.provision()
        self.server.token = self.state["token"]
        self.poll, self.session, self.session_at = 900, None, 0
        self.failures = {"check-in": 0, "outcome": 0, "step": 0, "session": 0}
        self.due = {"check-in": 0, "outcome": 0, "step": 0}

    def path(self, name):
        return os.path.join(self.folder, name)

    # What the device remembers. One file, one atomic write.

    def provision(self):
        with open(environment("FACTORY_FILE"), "rb") as source, open(self.path("slot-a"), "wb") as slot:
            slot.write(source.read())
            os.fsync(slot.fileno())
        facts = read_json(environment("FACTORY_FACTS_FILE"))
        slots = {"a": {"state": "confirmed", "version": facts["version"]}, "b": {"state": "empty"}}
        state = {"token": None, "slots": slots, "facts": {"a": facts, "b": None}, "intent": None, "settled": None}
        state |= {"outbox": [], "updates": 0, "rolledBackFrom": [], "root": 1}
        return state | {"securityVersion": facts["securityVersion"]}

    def keep(self, **changes):
        self.state |= changes
        write_json(self.path("state.json"), self.state)

    def keep_intent(self, **changes):
        self.keep(intent=self.state["intent"] | changes)

    def set_slot(self, slot, **content):
        self.state["slots"][slot] = content

    def set_boot(self, default, trial, attempts=0):
        self.control = {"default": default, "trial": trial, "attempts": attempts}
        write_json(self.path("boot.json"), self.control)

    # The boot loader: counts provisional boots, durably, before the slot runs.

    def boot(self):
        self.control = read_json(self.path("boot.json")) or {"default": "a", "trial": None, "attempts": 0}
        default, trial, attempts = self.control["default"], self.control["trial"], self.control["attempts"]
        if trial is not None and attempts < ATTEMPTS:
            self.set_boot(default, trial, attempts + 1)
        elif trial is not None:
            self.set_boot(default, None, attempts)  # given up; the count stays, to be reported
        self.booted = self.control["trial"] or default
        self.booted_at = self.clock.now()

    def reboot(self):
        sys.exit(0)

    def wake(self):
        """What the last life left undone, from what is on disk. Whatever is not known leads to the confirmed slot."""
        intent = self.state["intent"]
        if intent is None or intent["step"] != "trying":
            if intent is not None and intent["step"] == "staging":
                self.keep_intent(step="downloading")
            return
        if self.booted != intent["slot"]:
            if self.control["attempts"] == 0 and not intent.get("failure"):
                return self.keep_intent(step="ready")  # the trial never reached the boot control: ask again, then leap
            return self.finish_rollback()
        if self.control["trial"] is None:  # the confirmation reached the boot control, but not the state
            return self.finish_confirm()
        self.keep_intent(attempts=self.control["attempts"])

    def running(self):
        return self.state["slots"][self.booted]["version"]

    # Talking.

    def later(self, what, failure=None):
        """Full jitter: a random moment of a span that doubles with each failure. Then the breaker."""
        self.failures[what] += 1
        base, cap = BACK_OFF
        span = min(cap, base * 2 ** self.failures[what])
        wait = random.uniform(0, span) if self.failures[what] < BREAKER else cap * random.uniform(0.5, 1.5)
        return self.clock.now() + 1000 * max(wait, getattr(failure, "retry_after", 0))

    def enrol(self):
        with open(environment("FLEET_KEY_FILE")) as file:
            key = {"Authorization": "Bearer " + file.read().strip()}
        answer = self.server.post("enrol", {"protocol": 1, "device": self.device, "hardware": self.hardware}, key)
        self.keep(token=answer["token"], mqtt=answer.get("mqtt"), topic=answer.get("announcements"))
        self.server.token = self.state["token"]

    def check_in(self):
        try:
            if self.state["token"] is None:
                self.enrol()
            answer = self.server.post("check-in", self.report())
            after, offer = answer["pollAfterSeconds"], answer["offer"]
            if not isinstance(after, int) or after < 1 or not isinstance(offer, dict):
                raise ValueError("not an answer")
        except (Unreachable, Refused, ValueError, KeyError, TypeError) as failure:
            self.due["check-in"] = self.later("check-in", failure)
            return
        self.poll, self.failures["check-in"] = after, 0
        self.due["check-in"] = self.clock.now() + 1000 * after * random.uniform(0.75, 1.25)
        self.consider(offer)

    def report(self):
        """Always in this order, and nothing in it that moves by itself: the same facts are the same bytes."""
        ok, code = self.health()
        trial = self.control["trial"] is not None
        return {
            "protocol": 1,
            "agent": "client-python 1",
            "hardware": self.hardware,
            "active": self.booted,
            "slots": self.state["slots"],
            "bootAttempts": self.control["attempts"] if trial else 0,
            "health": {"ok": True} if ok else {"ok": False, "failing": "error-code"},
            "errors": [] if ok else [code],
            "environment": {"hardware": self.hardware},
            "transport": "http",
            "updates": self.state["updates"],
            "rolledBackFrom": self.state["rolledBackFrom"],
            "root": self.state["root"],
        }

    # Outcomes: written down first, told until they are accepted.

    def settle(self, offer, kind, because, changes=None, **facts):
        """The last word about an offer, in one write: its outcome, and that nothing is under way."""
        outbox = self.outbox_with(offer, kind, because, **facts)
        self.keep(**(changes or {}), intent=None, settled=offer["offer"], outbox=outbox)

    def outbox_with(self, offer, kind, because, **facts):
        body = {"protocol": 1, "offer": offer["offer"], "rollout": offer["rollout"], "kind": kind}
        body |= {"running": self.running(), "because": because[:500], "bootAttempts": 0, "at": self.clock.now()} | facts
        waiting = self.state["outbox"]
        if kind == "rolled-back":  # `installed` that nobody heard would claim what no longer runs
            waiting = [one for one in waiting if one["offer"] != body["offer"]]
        return (waiting + [body])[-16:]

    def send_outcome(self):
        try:
            self.server.post("outcomes", self.state["outbox"][0])
        except Unreachable as failure:
            self.due["outcome"] = self.later("outcome", failure)
            return
        except Refused:
            pass  # it was understood, and will never be accepted
        self.failures["outcome"], self.due["outcome"] = 0, 0
        self.keep(outbox=self.state["outbox"][1:])

    # Offers.

    def consider(self, offer):
        intent = self.state["intent"]
        wanted = offer.get("kind") in ("update", "recall")  # every other kind is none
        if intent is not None and intent["step"] == "trying":
            if offer.get("kind") == "recall" and offer.get("version") != intent["version"]:
                self.go_back({"because": f"{intent['version']} was recalled while it was tried."})
            return
        if intent is not None:
            if wanted and offer.get("offer") == intent["offer"]:
                if intent["step"] == "ready":
                    self.leap()
                return
            self.keep(intent=None)  # withdrawn: as if it had never begun, but for the spare slot
        if not wanted or offer.get("offer") == self.state["settled"]:
            return
        names, probation = ("offer", "rollout", "version", "target"), offer.get("probationSeconds")
        parses = all(isinstance(offer.get(name), str) for name in names) and VERSION.match(offer["version"])
        if not parses or not isinstance(probation, int) or probation < 0:
            if isinstance(offer.get("offer"), str) and isinstance(offer.get("rollout"), str):
                self.settle(offer, "refused", "the offer does not parse.", code="offer-invalid")
            return
        if offer["kind"] == "update" and self.state["outbox"]:
            return  # what was told about the last update is heard first
        self.take_or_refuse(offer)

    def take_or_refuse(self, offer):
        version = offer["version"]
        if offer.get("device", self.device) != self.device:
            return self.settle(offer, "refused", f"it is meant for {offer['device']}.", code="wrong-device")
        if version == self.running():
            return self.settle(offer, "confirmed", f"{version} runs here already.")
        if version in self.state["rolledBackFrom"] and offer.get("retry") is not True:
            return self.settle(offer, "refused", f"this device rolled back from {version}.", code="tried-before")
        names = ("offer", "rollout", "kind", "version", "target", "probationSeconds")
        intent = {name: offer[name] for name in names}
        intent |= {"slot": "b" if self.booted == "a" else "a", "step": "verifying", "attempts": 0, "installed": False}
        self.keep(intent=intent, updates=self.state["updates"] + 1)
        self.failures["step"], self.due["step"] = 0, 0

    def work(self):
        """The present step of an update of which nothing runs yet."""
        intent = self.state["intent"]
        try:
            {"verifying": self.verify, "downloading": self.download, "staging": self.stage}[intent["step"]](intent)
            self.failures["step"] = 0
        except Refused as no:
            remove(self.path("download"))
            self.settle(intent, "refused" if intent["step"] != "staging" else "failed", no.because, code=no.code)
        except (KeyError, ValueError, TypeError, AttributeError) as error:  # a file that is not what it should be
            self.settle(intent, "refused", f"the metadata does not parse: {error!r}", code="metadata-invalid")
        except (Unreachable, OSError) as failure:
            self.due["step"] = self.later("step", failure)

    def verify(self, intent):
        with open(environment("ROOT_FILE"), "rb") as file:
            targets, root = tuf.refresh(self.path("trust"), file.read(), self.server.metadata, self.clock.now())
        if root != self.state["root"]:
            self.keep(root=root)
        if intent["target"] not in targets:
            raise Refused("unknown-target", f"{intent['target']} is not signed.")
        entry = targets[intent["target"]]
        signed = {"length": entry["length"], "sha256": entry["hashes"]["sha256"], "custom": entry["custom"]}
        self.judge(intent, signed["custom"])
        self.keep_intent(step="downloading", signed=signed)

    def judge(self, intent, custom):
        """Nothing here believes the offer where the signature can tell."""
        running, version = self.running(), custom["version"]
        if version != intent["version"]:
            raise Refused("offer-invalid", f"{intent['version']} was offered, {version} is signed.")
        if custom["hardware"] != self.hardware:
            raise Refused("wrong-hardware", f"it is for {custom['hardware']}, this is {self.hardware}.")
        if custom["securityVersion"] < self.state["securityVersion"]:
            raise Refused("below-security-version", f"{custom['securityVersion']} is below {self.state['securityVersion']}.")
        if compare(version, running) < 0:
            back = self.state["facts"][self.booted].get("wayBack")
            if back is None or (back["version"], back["target"]) != (version, intent["target"]):
                raise Refused("not-a-way-back", f"{version} is not the signed way back of {running}.")
        elif "floor" in custom and compare(running, custom["floor"]) < 0:
            raise Refused("below-floor", f"{version} wants {custom['floor']}, this runs {running}.")

    def download(self, intent):
        path, length, wanted = self.path("download"), intent["signed"]["length"], intent["signed"]["sha256"]
        digest, have = sha256(), 0
        if read_json(path + ".json") != wanted:  # what is there belongs to something else
            remove(path)
            write_json(path + ".json", wanted)
        with open(path, "ab+") as file:
            file.seek(0)
            while chunk := file.read(CHUNK):
                digest.update(chunk)
                have += len(chunk)
            if have < length:
                self.fetch_rest(intent, file, digest, have)
        self.check_digest(digest.hexdigest(), wanted)
        self.set_slot(intent["slot"], state="bad")
        self.state["facts"][intent["slot"]] = None
        self.keep_intent(step="staging")

    def check_digest(self, digest, wanted):
        if digest != wanted:
            raise Refused("wrong-digest", f"the bytes have digest {digest[:12]}, signed is {wanted[:12]}.")

    def fetch_rest(self, intent, file, digest, have):
        length, wanted = intent["signed"]["length"], intent["signed"]["sha256"]
        folder, _, name = intent["target"].rpartition("/")
        place = "trust/targets/" + quote(f"{folder}/{wanted}.{name}".lstrip("/"))
        headers = {"Range": f"bytes={have}-", "If-Range": f'"{wanted}"'} if have else {}
        connection, response = self.server.open("GET", place, None, headers)
        try:
            if response.status == 200 and have > 0 or response.status == 416:
                remove(file.name)  # the server does not know the rest: from the beginning, next time
                raise Unreachable("the download begins again")
            if response.status not in (200, 206):
                raise Unreachable(f"status {response.status}")
            if have + int(response.getheader("Content-Length") or 0) > length:
                raise Refused("oversize", f"more than the signed {length} bytes were announced.")
            while chunk := response.read(CHUNK):
                if have + len(chunk) > length:
                    raise Refused("oversize", f"more than the signed {length} bytes came.")
                file.write(chunk)
                digest.update(chunk)
                have += len(chunk)
        except http.client.HTTPException as error:
            raise Unreachable(str(error))
        finally:
            file.flush()
            os.fsync(file.fileno())
            connection.close()
        if have < length:
            raise Unreachable(f"the transfer broke off after {have} bytes")

    def stage(self, intent):
        slot, digest = self.path("slot-" + intent["slot"]), sha256()
        with open(self.path("download"), "rb") as source, open(slot, "wb") as copy:
            while chunk := source.read(CHUNK):
                copy.write(chunk)
            copy.flush()
            os.fsync(copy.fileno())
        with open(slot, "rb") as copy:  # what was written is read back
            while chunk := copy.read(CHUNK):
                digest.update(chunk)
        self.check_digest(digest.hexdigest(), intent["signed"]["sha256"])
        self.set_slot(intent["slot"], state="good", version=intent["version"])
        self.state["facts"][intent["slot"]] = intent["signed"]["custom"]
        self.keep_intent(step="ready")
        remove(self.path("download"))
        self.due["check-in"] = 0  # ask once more, so that a halt reaches everybody who has not leapt

    def leap(self):
        intent = self.state["intent"]
        self.set_slot(intent["slot"], state="trying", version=intent["version"])
        self.keep_intent(step="trying")
        self.set_boot(self.booted, intent["slot"])
        self.reboot()

    # The trial.

    def health(self):
        """Whether the firmware that runs is well, and what it raised. The test artifact says how it behaves."""
        with open(self.path("slot-" + self.booted), "rb") as file:
            says = dict(line.split("=", 1) for line in file.read(512).decode().split("\n") if "=" in line)
        told, _, seconds = says.get("health", "ok").partition("-after=")
        failing = told == "fails" and self.clock.now() - self.booted_at >= 1000 * float(seconds or 0)
        return not failing, says.get("error", "0x1")

    def watch_trial(self):
        intent = self.state["intent"]
        if intent is None or intent["step"] != "trying":
            return
        ok, code = self.health()
        if not ok:
            failure = {"code": "health-failed", "errorCode": code, "because": f"health check failed with {code}"}
            if self.control["attempts"] >= ATTEMPTS:
                return self.go_back(failure)
            self.keep_intent(failure=failure)
            self.reboot()
        if not intent["installed"]:
            self.healthy_since = self.clock.now()
            outbox = self.outbox_with(intent, "installed", f"{intent['version']} runs and its checks hold.")
            self.keep(outbox=outbox, intent=intent | {"installed": True})
        since = self.healthy_since = getattr(self, "healthy_since", self.clock.now())  # each boot begins anew
        if self.clock.now() - since >= 1000 * intent["probationSeconds"]:
            self.set_boot(intent["slot"], None)  # the moment of truth
            self.finish_confirm()

    def finish_confirm(self):
        intent = self.state["intent"]
        self.set_slot(intent["slot"], state="confirmed", version=intent["version"])
        security = max(self.state["securityVersion"], intent["signed"]["custom"]["securityVersion"])
        because = f"{intent['version']} was healthy for {intent['probationSeconds']} s."
        self.settle(intent, "confirmed", because, {"securityVersion": security}, bootAttempts=intent["attempts"])

    def go_back(self, failure):
        intent = self.state["intent"]
        self.keep_intent(failure=failure, attempts=self.control["attempts"])
        self.set_boot("b" if intent["slot"] == "a" else "a", None, self.control["attempts"])
        self.reboot()

    def finish_rollback(self):
        """The device runs its other slot again."""
        intent = self.state["intent"]
        version, attempts = intent["version"], max(intent["attempts"], self.control["attempts"])
        failure = intent.get("failure") or {"code": "boot-failed", "because": "it never came up"}
        recalled = "code" not in failure
        because = failure["because"]
        if not recalled:
            because = f"{attempts} of {ATTEMPTS} boot attempts of {version} failed: {because}."
        self.set_slot(intent["slot"], state="bad", version=version)
        self.state["facts"][intent["slot"]] = None
        back = self.state["rolledBackFrom"]
        changes = {} if recalled else {"rolledBackFrom": [one for one in back if one != version][-31:] + [version]}
        facts = {name: failure[name] for name in ("code", "errorCode") if name in failure}
        self.settle(intent, "rolled-back", because, changes, bootAttempts=attempts, **facts)
        self.set_boot(self.booted, None)

    # Announcements, and the loop.

    def listen(self):
        if self.session is None and self.state.get("mqtt") and self.clock.now() >= self.session_at:
            try:
                topic = self.state.get("topic") or "tuesday/v1/announcements"
                self.session = mqtt.Announcements(self.state["mqtt"], self.device, self.state["token"], topic)
            except OSError:
                self.session_at = self.later("session")
        try:
            for seconds in self.session.hear() if self.session else []:
                self.failures["session"] = 0
                self.due["check-in"] = min(self.due["check-in"], self.clock.now() + 1000 * random.uniform(0, seconds))
        except OSError:
            self.session, self.session_at = None, self.later("session")

    def run(self):
        self.boot()
        self.wake()
        self.due["check-in"] = self.clock.now() + 1000 * random.uniform(0, 1)
        while True:
            self.watch_trial()
            self.listen()
            now, intent = self.clock.now(), self.state["intent"]
            if self.state["outbox"] and now >= self.due["outcome"]:
                self.send_outcome()
            elif intent and intent["step"] in ("verifying", "downloading", "staging") and now >= self.due["step"]:
                self.work()
            elif now >= self.due["check-in"]:
                self.check_in()
            else:
                select.select([self.session] if self.session else [], [], [], 0.05)


if __name__ == "__main__":
    Client().run()
