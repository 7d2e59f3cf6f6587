"""The example client with one fault: `bad_client.py <fault>`. The runner must find it, and nothing else."""

import random
import sys

sys.path.insert(0, __file__.rsplit("/e2e/", 1)[0] + "/examples/client-python")

import client
import tuf
from client import Client
from storage import remove
from wire import Unreachable

patched = {name: getattr(Client, name) for name in ("__init__", "download", "stage", "consider", "report")}


def ignores_digest():
    Client.check_digest = lambda self, digest, wanted: None


def refuses_and_takes():
    def check_digest(self, digest, wanted):
        if digest != wanted:
            told = self.outbox_with(self.state["intent"], "refused", "another digest.", code="wrong-digest")
            self.keep(outbox=told)

    Client.check_digest = check_digest


def hammers():
    Client.later = lambda self, what, failure=None: self.clock.now() + 50 * self.clock.rate


def has_no_jitter():
    random.uniform = lambda low, high: high


def forgets_outcomes():
    def send_outcome(self):
        outcome, *rest = self.state["outbox"]
        self.keep(outbox=rest)
        try:
            self.server.post("outcomes", outcome)
        except Unreachable:
            pass

    Client.send_outcome = send_outcome


def changes_its_story():
    def post(self, verb, body, headers=None):
        told = body | {"at": body["at"] + random.randrange(1, 400)} if verb == "outcomes" else body
        return honest(self, verb, told, headers)

    honest, client.Server.post = client.Server.post, post


def has_no_probation():
    def consider(self, offer):
        hurried = {"probationSeconds": 0} if isinstance(offer.get("probationSeconds"), int) else {}
        patched["consider"](self, offer | hurried)

    Client.consider = consider


def begins_downloads_anew():
    def download(self, intent):
        remove(self.path("download"))
        patched["download"](self, intent)

    Client.download = download


def leaps_at_once():
    def stage(self, intent):
        patched["stage"](self, intent)
        self.leap()

    Client.stage = stage


def gives_up_late():
    client.ATTEMPTS = 5


def tries_again():
    def consider(self, offer):
        patched["consider"](self, offer | {"retry": True})

    Client.consider = consider


def counts_signatures():
    def check(root, role, file):
        honest(root, role, file | {"signatures": list({one["sig"]: one for one in file["signatures"]}.values())})

    def lenient(root, role, file):
        listed, threshold = root["signed"]["roles"][role], root["signed"]["roles"][role]["threshold"]
        ids = [one["keyid"] for one in file["signatures"] if one["keyid"] in listed["keyids"]]
        if len(ids) >= threshold and len(set(ids)) == 1 and threshold > 1:
            return
        check(root, role, file)

    honest, tuf.check_signatures = tuf.check_signatures, lenient


def checks_no_signatures():
    tuf.check_signatures = lambda root, role, file: None


def forgets_versions():
    honest = tuf.trusted
    tuf.trusted = lambda folder, role: honest(folder, role) if role == "root" else None


def ignores_expiry():
    tuf.check_expiry = lambda file, now: None


def mixes_files():
    tuf.check_listed = lambda data, file, meta, name: None


def trips_over_garbage():
    def settle(self, offer, kind, because, *rest, **facts):
        if because.startswith("the metadata does not parse"):
            sys.exit(1)
        honest(self, offer, kind, because, *rest, **facts)

    honest, Client.settle = Client.settle, settle


def takes_any_release():
    Client.judge = lambda self, intent, custom: None


def heeds_any_offer():
    def consider(self, offer):
        patched["consider"](self, {name: value for name, value in offer.items() if name != "device"})

    Client.consider = consider


def enrols_each_time():
    def init(self):
        patched["__init__"](self)
        self.state["token"] = None

    Client.__init__ = init


def babbles():
    def report(self):
        return patched["report"](self) | {"metrics": {"uptime": self.clock.now()}}

    Client.report = report


def dies_of_failures():
    def later(self, what, failure=None):
        if what == "check-in":
            sys.exit(1)
        return honest(self, what, failure)

    honest, Client.later = Client.later, later


def is_deaf():
    Client.listen = lambda self: None


globals()[sys.argv[1].replace("-", "_")]()
Client().run()
