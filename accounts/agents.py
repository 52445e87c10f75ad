"""What a browser calls itself, in words that its owner recognises; nothing is decided by it."""

FAMILIES = (
    ("MicroMessenger", "WeChat"),
    ("HarmonyOS", "HarmonyOS"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Macintosh", "Linux")


def label(agent: str) -> str:
    """Of the header User-Agent, at most 60 characters."""
    family = next((name for mark, name in FAMILIES if mark in agent), "Browser")
    system = next((name for name in SYSTEMS if name in agent), "")
    return f"{family} · {system}" if system else family
