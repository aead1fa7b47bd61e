"""An archive that has the same bytes each time it is made of the same files."""

import time
import zipfile

FIRST = 315532800  # 1980: a zip archive knows no earlier time


def archive(path, files, folder, moment):
    """Write `files` ({path: bytes}) below one folder ("": none), sorted, all of one time and mode."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in sorted(files.items()):
            place = f"{folder}/{name}" if folder else name
            entry = zipfile.ZipInfo(place, time.gmtime(max(moment, FIRST))[:6])
            entry.compress_type, entry.create_system, entry.external_attr = (
                zipfile.ZIP_DEFLATED,
                3,
                0o100644 << 16,
            )
            packed.writestr(entry, content)
