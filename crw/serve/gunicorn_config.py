"""How gunicorn runs Superset: imported once, then forked, on this machine's own address only."""

import atexit
import os

bind = f"127.0.0.1:{os.environ['CRW_PORT']}"
workers = int(os.environ["CRW_WORKERS"])
# A slow query must not hold up the quick ones of the same worker.
worker_class = "gthread"
threads = 8
preload_app = True
timeout = 180
graceful_timeout = 2
# Its control socket would lie in the user's own folder, one for all servers of the machine.
control_socket_disable = True

# All that Superset says goes to the log; the terminal gets the address, through its own copy.
errorlog = os.environ["CRW_SERVER_LOG"]
capture_output = True
_terminal = os.fdopen(os.dup(2), "w", buffering=1)
_is_ready = False


def when_ready(server: object) -> None:
    from crw.serve import say_ready

    global _is_ready
    _is_ready = True
    say_ready(_terminal)


@atexit.register
def _say_failure() -> None:
    if not _is_ready:
        print(f"Superset did not start; why is in {errorlog}", file=_terminal)
