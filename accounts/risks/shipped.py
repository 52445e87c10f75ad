"""The first policy on login risk, as the release ships it: its weights, and why.

Nobody has labelled logins of this portal yet. So each weight is an estimate of two shares, which
the risk officer replaces by a new version once there are figures (docs/adr/0049): how often the
sign is seen when somebody else has the right proof, and how often when the owner has.
"""

from accounts.risks.signals import Signal
from accounts.risks.weighing import Policy

S = Signal
WEIGHTS: dict[str, int] = {
    # somebody else 99 %, the owner 5 % (a new phone, cleared cookies): ln 20
    S.UNKNOWN_BROWSER: 3000,
    # 95 % against 15 %: people travel, and mobile networks change prefixes. ln 6
    S.NEW_NETWORK: 1800,
    # 30 % of attacks come in waves from one place; owners share it in 1 of 100. ln 30
    S.CROWDED_NETWORK: 3400,
    # 20 % guessed before; 1 % of owners burn a code. ln 20. Not more: strangers can cause it
    S.WRONG_CODES: 3000,
    # a code that is talked out of somebody takes minutes: 30 % against 10 %. ln 3
    S.SLOW_CODE: 1100,
    # asked for at home and entered elsewhere: 20 % against 5 % (wireless to mobile). ln 4
    S.CODE_ELSEWHERE: 1400,
    # a day has 24 hours and a person's take up a third of them: ln 3
    S.ODD_HOUR: 1100,
    # passwords leak by the million and are tried everywhere: ln 20
    S.PASSWORD_ONLY: 3000,
    # the usual strong way is what somebody else does not have: 90 % against 15 %. ln 6
    S.WEAKER_WAY: 1800,
    # taking over ends in changing what guards the account: 10 % against 1 %. ln 10
    S.FACTOR_CHANGED: 2300,
    S.PHONE_CHANGED: 2300,
    # the owner's phone goes dead when its number moves to another card: 30 % against 3 %. ln 10
    S.PHONE_WAS_SILENT: 2300,
    # frozen because its owner, or a person here, saw somebody else at work: ln 100
    S.FROZEN: 4600,
    # who was asked for a code has somebody who tries: 25 % against 0.5 %. ln 50
    S.CODE_DEMANDED: 3900,
    # our own people are near; a second factor is asked for in any case. ln 2
    S.STAFF_NETWORK: 700,
    # lenders' programs use the portal, too: 40 % against 5 %. ln 8
    S.PROGRAM: 2000,
    # the owner's browser: 1 % of attacks sit at it, 60 to 90 % of owners do
    S.TRUSTED_DEVICE: -3000,
    S.KNOWN_DEVICE: -1500,
    S.LONG_KNOWN_DEVICE: -1000,
    # bound to this site and to a device that its owner unlocks: cannot be talked out of anybody
    S.PASSKEY: -4000,
}
FIRST = Policy(
    version=1,
    prior=-9210,  # one right proof in ten thousand is somebody else's
    notify=-6300,  # one in 550: a message costs little
    step_up=-2200,  # one in ten: a second factor costs an owner half a minute
    hold=0,  # more likely somebody else than not: people look
    weights=WEIGHTS,
)
