"""Files that a power cut leaves old or new, never in between. On flash: two sectors with a counter and a checksum."""

import json
import os


def write_whole(path, data):
    with open(path + ".new", "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + ".new", path)
    folder = os.open(os.path.dirname(path), os.O_RDONLY)
    os.fsync(folder)  # makes the new name durable
    os.close(folder)


def write_json(path, value):
    write_whole(path, json.dumps(value).encode())


def read_json(path):
    """None when there is none, or none that can be read."""
    try:
        with open(path, "rb") as file:
            return json.load(file)
    except (OSError, ValueError):
        return None


def remove(path):
    try:
        os.remove(path)
    except FileNotFoundError:
        pass
