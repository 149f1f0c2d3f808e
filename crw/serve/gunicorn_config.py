"""How gunicorn runs Superset: imported once, then forked, on this machine's own address only."""

import os

bind = f"127.0.0.1:{os.environ['CRW_PORT']}"
workers = int(os.environ["CRW_WORKERS"])
# A slow query must not hold up the quick ones of the same worker.
worker_class = "gthread"
threads = 8
preload_app = True
timeout = 180
graceful_timeout = 5
accesslog = None
errorlog = os.environ["CRW_SERVER_LOG"]
loglevel = "info"
# It would lie in the user's own folder, one for all servers of the machine.
control_socket_disable = True
proc_name = "crw serve"


def when_ready(server: object) -> None:
    from crw.serve import say_ready

    say_ready()
