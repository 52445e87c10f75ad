"""Keys that serve only the simulators: production refuses to start with one of them.

P-256, DER in Base64: our own private key (PKCS #8), and the simulated bank's public key.
"""

BANK_PRIVATE_KEY = (
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg2N8lRw2dq+OjwT1FlVLF65qz0IjMt20sFwAMW8BTWKuhRANC"
    "AATgnWcLuuvObGW334KeZIEox9NBqcC0y06V3AzSiotVC3++/mzjBcNFG7OOjvb793106HhZUCp3bdne0aj9+1ug"
)
BANK_PUBLIC_KEY = (
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEcjgMUF90vAHWW80NokZo1Hlnj8K7EC0QMOFMp94hHIEjrJQGylV4K/zkHPpy"
    "3FBY1kyCCGI5vSUyvrMttPVeyQ=="
)
