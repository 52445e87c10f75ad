from django.urls import path

from accounts.views import account, login, staff

app_name = "accounts"
urlpatterns = [
    path("login/", login.phone, name="login"),
    path("login/code/", login.code, name="code"),
    path("login/code/again/", login.resend, name="resend"),
    path("login/confirm/", login.confirm, name="confirm"),
    path("login/captcha/<uuid:pk>.png", login.captcha_picture, name="captcha"),
    path("logout/", login.log_out, name="logout"),
    path("account/", account.account, name="account"),
    path("account/preferences/", account.preferences, name="preferences"),
    path("account/email/", account.email, name="email"),
    path("account/email/remove/", account.remove_email, name="remove-email"),
    path("account/sessions/end/", account.end_sessions, name="end-sessions"),
    path("account/browsers/<int:pk>/forget/", account.forget_device, name="forget-device"),
    path("account/real-name/", account.real_name, name="real-name"),
    path("account/real-name/<uuid:pk>/", account.real_name_check, name="real-name-check"),
    path("staff/login/", staff.login, name="staff-login"),
    path("staff/login/token/", staff.token, name="staff-token"),
    path("staff/invitation/<str:token>/", staff.enrol, name="staff-enrol"),
    path("staff/people/invite/", staff.invite, name="staff-invite"),
    path("staff/tickets/", staff.ticket, name="staff-ticket"),
]
