"""Whose network a mainland number belonged to when its prefix was given out.

Source: Ministry of Industry and Information Technology, numbering plan of public mobile networks
(notices up to 2019-12, 190/192/196/197), with the operators' own lists of resold ranges. Numbers
may be ported since 2019-11 and keep their prefix: good enough to see which way a vendor fails, and
evidence of nothing else. China Broadnet (192) is carried by China Mobile's network.
"""

from accounts.states import Carrier

PREFIXES = {
    Carrier.MOBILE: """134 135 136 137 138 139 147 148 150 151 152 157 158 159 172 178 182 183 184
        187 188 192 195 197 198""",
    Carrier.UNICOM: "130 131 132 140 145 146 155 156 166 175 176 185 186 196",
    Carrier.TELECOM: "133 1349 141 149 153 173 174 177 180 181 189 190 191 193 199",
    Carrier.VIRTUAL: """162 165 167 170 171""",
}
BY_PREFIX = {prefix: carrier for carrier, listed in PREFIXES.items() for prefix in listed.split()}
LONGEST, SHORTEST = 4, 3


def carrier_of(phone: str) -> Carrier:
    """The carrier by the longest prefix known; OTHER for a range that nobody has listed."""
    for length in range(LONGEST, SHORTEST - 1, -1):
        if (found := BY_PREFIX.get(phone[:length])) is not None:
            return found
    return Carrier.OTHER
