"""How much memory this process has."""
import os


def resident():
    """Bytes, or None where the system has no /proc to read them from."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except FileNotFoundError:
        return None
