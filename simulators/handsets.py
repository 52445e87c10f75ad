"""What becomes of a message to a number: most are well, some tell a story by their last digits."""

from dataclasses import dataclass

from simulators.faults import Fault
from simulators.mainland import carrier

TAIL_UNREACHABLE = "98001"  # accepted; the receipt says that the number is not in service
TAIL_SILENT = "98002"  # accepted and delivered; the receipt never comes
TAIL_BLOCKED = "98003"  # refused: black list
TAIL_LOST = "98004"  # accepted; neither message nor receipt ever comes
TAIL_OFF = "98005"  # accepted; the receipt says that the handset is switched off
TAIL_NO_SIGNAL = "98006"  # accepted; the receipt says that it has no signal
TAIL_CAPPED = "98007"  # accepted; the receipt says that the operator's limit is reached


@dataclass(frozen=True)
class Story:
    """`why`: a tail under which each vendor has its own code, "" when the message arrives."""

    arrives: bool = True
    told: bool = True
    why: str = ""
    later: float = 0.0

    @property
    def known(self) -> bool:
        """Whether the vendor itself knows by now."""
        return self.told


STORIES = {
    TAIL_UNREACHABLE: Story(arrives=False, why=TAIL_UNREACHABLE),
    TAIL_SILENT: Story(told=False),
    TAIL_LOST: Story(arrives=False, told=False),
    TAIL_OFF: Story(arrives=False, why=TAIL_OFF),
    TAIL_NO_SIGNAL: Story(arrives=False, why=TAIL_NO_SIGNAL),
    TAIL_CAPPED: Story(arrives=False, why=TAIL_CAPPED),
}
WELL = Story()


def story(phone: str, fault: Fault | None) -> Story:
    """The number's own story, unless a switch says that messages vanish or are told of late."""
    if fault is not None and fault.carrier in ("", carrier(phone[-11:])):
        if fault.mode == "undelivered":
            return Story(arrives=False, told=False)
        if fault.mode == "late_receipt":
            return Story(later=fault.seconds)
    return STORIES.get(phone[-5:], WELL)
