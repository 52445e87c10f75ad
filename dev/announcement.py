"""What `make run` prints when everything answers: addresses and demo accounts, in two languages."""

ROLES = {
    "borrower": "借款人",
    "loan officer": "信贷员",
    "risk officer": "风控专员",
    "compliance officer": "合规专员",
    "administrator": "管理员",
    "auditor": "审计员",
    "lender user": "机构用户",
}


def announcement(run: dict[str, object]) -> str:
    accounts = run["accounts"]
    assert isinstance(accounts, list)
    return "\n".join(
        [
            "",
            "  征信直通已就绪 · Credit Portal is ready",
            "",
            f"  门户   Portal      {run['web']}/",
            f"         {run['passkeys']}/   通行密钥用此地址 · where passkeys work",
            f"  后台   Admin       {run['web']}/admin/",
            f"  模拟器 Simulators  {run['simulators']}/   短信与故障开关 · phones and faults",
            "",
            "  演示账号 · Demo accounts",
            *(f"    {account_line(account)}" for account in accounts),
            "",
            "  按 Ctrl-C 停止 · Ctrl-C stops everything",
            "",
        ]
    )


def account_line(account: dict[str, str]) -> str:
    role = account["role"].replace("_", " ")
    words = [f"{ROLES.get(role, '')} {role}:"]
    if "phone" in account:
        words.append(f"手机 phone {account['phone']}")
    if "username" in account:
        words.append(f"用户名 username {account['username']}")
    if account.get("password"):
        words.append(f"密码 password {account['password']}")
    if account.get("totp_secret"):
        words.append(f"TOTP {account['totp_secret']}")
    if account.get("note"):
        words.append(f"({account['note']})")
    return "  ".join(words).strip()
