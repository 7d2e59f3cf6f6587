"""The device protocol over HTTP. Each request has a connection of its own: simple, and nothing to keep alive."""

import http.client
import json
from urllib.parse import urlsplit

from tuf import Refused

LIMIT = 16384  # bytes of an answer
PASSING = {401, 403, 408, 425, 429}  # statuses after which the same words may be accepted later


class Unreachable(Exception):
    """No answer, or one that says nothing. retry_after: seconds that the server wants to be left alone."""

    def __init__(self, because, retry_after=0):
        super().__init__(because)
        self.retry_after = retry_after


class Server:
    def __init__(self, url):
        self.place, self.token = urlsplit(url), None

    def open(self, method, path, body=None, headers=None):
        """The head of the answer. Whoever takes it closes the connection."""
        kind = http.client.HTTPSConnection if self.place.scheme == "https" else http.client.HTTPConnection
        connection = kind(self.place.netloc, timeout=20)
        head = {"Authorization": f"Bearer {self.token}"} | (headers or {})
        try:
            connection.request(method, self.place.path.rstrip("/") + "/device/v1/" + path, body, head)
            return connection, connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            raise Unreachable(str(error))

    def exchange(self, method, path, limit, body=None, headers=None):
        connection, response = self.open(method, path, body, headers)
        try:
            data = response.read(limit + 1)  # never more, however long it says it is
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(str(error))
        finally:
            connection.close()
        if len(data) > limit:
            raise Refused("oversize", f"more than {limit} bytes came.")
        return response, data

    def post(self, verb, body, headers=None):
        """The answer of status 200. Raises Unreachable, or Refused when the server understood and said no for good."""
        text = json.dumps(body, separators=(",", ":"))
        response, data = self.exchange("POST", verb, LIMIT, text, {"Content-Type": "application/json"} | (headers or {}))
        try:
            answer = json.loads(data)
            if response.status == 200 and isinstance(answer, dict):
                return answer
            if 400 <= response.status < 500 and response.status not in PASSING:
                raise Refused(answer["refused"]["code"], answer["refused"]["because"])
        except (ValueError, KeyError, TypeError, RecursionError):
            pass  # a proxy's page, not our server
        after = response.getheader("Retry-After", "0")
        raise Unreachable(f"status {response.status}", int(after) if after.isdigit() else 0)

    def metadata(self, name, limit):
        """A metadata file; None at the end of the chain of roots."""
        response, data = self.exchange("GET", "trust/metadata/" + name, limit)
        if response.status == 404 and name.endswith(".root.json"):
            return None
        if response.status != 200:
            raise Unreachable(f"{name}: status {response.status}")
        return data
