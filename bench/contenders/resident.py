"""The resident memory of this process."""
import os


def resident():
    """Returns bytes, or None on a system without /proc."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except FileNotFoundError:
        return None
