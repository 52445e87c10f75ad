"""Signatures on documents that we issue: who signs, with which key, and whether one still holds.

    from portal.signing import keys, pades
    signed = keys.signer().sign(pdf, reason="…", location="…")
    verdict = pades.verify(signed, keys.trust())

docs/interface/letter.md says how anybody else verifies one.
"""
