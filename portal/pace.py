"""How often somebody may ask for something: counted in Redis, so it shapes traffic and guards
nothing. While Redis is away everybody may; what must hold is a row."""

from portal.redis import Gone, client

WINDOW_SECONDS = 60


def too_often(*, what: str, who: str, most: int) -> bool:
    """Count one more; whether it is over `most` within a minute. Nobody in particular ("") is
    never counted."""
    if not who:
        return False
    key = f"pace:{what}:{who}"
    try:
        with client().pipeline(transaction=False) as together:
            together.set(key, 0, ex=WINDOW_SECONDS, nx=True)
            together.incr(key)
            _, asked = together.execute()
    except Gone:
        return False
    return int(asked) > most
