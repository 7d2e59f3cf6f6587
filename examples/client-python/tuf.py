"""What of The Update Framework (specification 1.0.31) a device needs: who signed what, how old it is, and that the
files belong together. No delegations: Tuesday does not use them for what devices run.
"""

import json
from datetime import datetime, timezone
from hashlib import sha256

import ed25519
from storage import read_json, write_whole

LIMITS = {"root": 65536, "timestamp": 16384, "snapshot": 65536, "targets": 16777216}  # bytes
ROTATIONS = 64  # roots that are followed in one go


class Refused(Exception):
    """An expected no: the code of docs/refusals.md, and one sentence."""

    def __init__(self, code, because):
        super().__init__(because)
        self.code, self.because = code, because


def canonical(value):
    """Canonical JSON: sorted keys, no blanks, integers only. Our strings hold no control characters."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def parse(data, role):
    try:
        file = json.loads(data)
        signed, version = file["signed"], file["signed"]["version"]
        if signed["_type"] != role or not isinstance(version, int) or not isinstance(file["signatures"], list):
            raise ValueError("not " + role)
        datetime.fromisoformat(signed["expires"].replace("Z", "+00:00"))
        return file
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Refused("metadata-invalid", f"{role} does not parse: {error}")


def check_signatures(root, role, file):
    """Different keys that the root lists for the role must have signed, as many as it says."""
    listed, payload = root["signed"]["roles"][role], canonical(file["signed"])
    good = set()
    for signature in file["signatures"]:
        keyid = signature["keyid"]
        if keyid in listed["keyids"] and keyid not in good:
            public = bytes.fromhex(root["signed"]["keys"][keyid]["keyval"]["public"])
            if ed25519.verify(public, payload, bytes.fromhex(signature["sig"])):
                good.add(keyid)
    if len(good) < listed["threshold"]:
        code = "threshold-not-met" if good else "unsigned"
        raise Refused(code, f"{role} carries {len(good)} of {listed['threshold']} signatures.")


def check_expiry(file, now_millis):
    expires = datetime.fromisoformat(file["signed"]["expires"].replace("Z", "+00:00"))
    if expires <= datetime.fromtimestamp(now_millis / 1000, timezone.utc):
        raise Refused("metadata-expired", f"{file['signed']['_type']} expired at {file['signed']['expires']}.")


def check_listed(data, file, meta, name):
    """The file is the one that the file above it lists (5.5.2, 5.6.2)."""
    hashes = meta.get("hashes", {})
    if "sha256" in hashes and sha256(data).hexdigest() != hashes["sha256"]:
        raise Refused("metadata-invalid", f"{name} is not the file that is listed.")
    if file["signed"]["version"] != meta["version"]:
        raise Refused("metadata-replayed", f"{name} has version {file['signed']['version']}, listed is {meta['version']}.")


def trusted(folder, role):
    return read_json(f"{folder}/{role}.json")


def refresh(folder, pinned_root, fetch, now_millis):
    """The detailed client workflow (section 5), in its order. What passes is kept, so that it is never older again.

    fetch(name, limit) gives the bytes of a file, or None when the server has none; it raises what it cannot do.
    Returns the targets by path, and the version of the root. Raises Refused.
    """
    root = trusted(folder, "root") or json.loads(pinned_root)
    for _ in range(ROTATIONS):  # 5.3: from root to root, each signed by the one before and by itself
        version = root["signed"]["version"] + 1
        data = fetch(f"{version}.root.json", LIMITS["root"])
        if data is None:
            break
        new = parse(data, "root")
        check_signatures(root, "root", new)
        check_signatures(new, "root", new)
        if new["signed"]["version"] != version:
            raise Refused("metadata-replayed", f"root {new['signed']['version']} came as {version}.")
        write_whole(f"{folder}/root.json", data)
        root = new
    check_expiry(root, now_millis)

    data = fetch("timestamp.json", LIMITS["timestamp"])  # 5.4
    timestamp, before = parse(data, "timestamp"), trusted(folder, "timestamp")
    check_signatures(root, "timestamp", timestamp)
    listed = timestamp["signed"]["meta"]["snapshot.json"]
    if before is not None:
        known = before["signed"]
        if timestamp["signed"]["version"] < known["version"] or listed["version"] < known["meta"]["snapshot.json"]["version"]:
            raise Refused("metadata-replayed", f"timestamp {timestamp['signed']['version']} is older than what was seen.")
    check_expiry(timestamp, now_millis)
    write_whole(f"{folder}/timestamp.json", data)

    data = fetch(f"{listed['version']}.snapshot.json", LIMITS["snapshot"])  # 5.5
    snapshot, before = parse(data, "snapshot"), trusted(folder, "snapshot")
    check_listed(data, snapshot, listed, "snapshot")
    check_signatures(root, "snapshot", snapshot)
    listed = snapshot["signed"]["meta"]["targets.json"]
    if before is not None and listed["version"] < before["signed"]["meta"]["targets.json"]["version"]:
        raise Refused("metadata-replayed", f"targets {listed['version']} is older than what was seen.")
    check_expiry(snapshot, now_millis)
    write_whole(f"{folder}/snapshot.json", data)

    data = fetch(f"{listed['version']}.targets.json", LIMITS["targets"])  # 5.6
    targets = parse(data, "targets")
    check_listed(data, targets, listed, "targets")
    check_signatures(root, "targets", targets)
    check_expiry(targets, now_millis)
    write_whole(f"{folder}/targets.json", data)
    return targets["signed"]["targets"], root["signed"]["version"]
