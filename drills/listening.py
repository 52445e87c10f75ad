"""`python -m drills.listening postgres|redis ADDRESS`: a development engine on the network, too.

A machine that was cut off says no farewell: whoever has a connection to it must find out from the
silence. So the server asks after its clients, as docs/deploy.md advises.
"""

import sys
from dataclasses import replace

from dev import postgres, redis
from dev.launcher import Engine, serve
from dev.paths import var_dir

POSTGRES_PORT, REDIS_PORT = 5432, 6379
FIND_OUT = {
    "tcp_keepalives_idle": "2",  # seconds
    "tcp_keepalives_interval": "1",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "5000",  # milliseconds
    "idle_in_transaction_session_timeout": "5000",
}


def engine(name: str, address: str) -> Engine:
    if name == redis.ENGINE.name:
        options = [f"--port {REDIS_PORT}", f"--bind {address}", "--protected-mode no"]
        words = [word for option in options for word in option.split()]
        return replace(redis.ENGINE, command=lambda: [*redis.command(), *words])
    settings = FIND_OUT | {"listen_addresses": address, "hba_file": str(everybody(address))}
    words = [f"--{key}={value}" for key, value in settings.items()]
    return replace(postgres.ENGINE, command=lambda: [*postgres.command(), *words])


def everybody(address: str) -> str:
    """Who may log in: on this network there are only the machines of the drill."""
    rules = var_dir() / "pg_hba.conf"
    rules.write_text(f"local all all trust\nhost all all {address}/24 trust\n")
    rules.chmod(0o644)
    return str(rules)


if __name__ == "__main__":
    sys.exit(serve(engine(*sys.argv[1:3])))
