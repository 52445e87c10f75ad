"""Addresses of recoveries: the asker's, the links of messages, the officers'."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from recovery.views import case, desk, links, start, ticket, viewer

app_name = "recovery"


class RecoveryNumber(StringConverter):
    """ZH-20261225-7K3M9Q."""

    regex = "ZH-[0-9]{8}-[0-9A-Z]{6}"


class RecoveryWord(StringConverter):
    """Of a link; hyphens or not."""

    regex = "[0-9A-Za-z-]{1,40}"


register_converter(RecoveryNumber, "recovery_number")
register_converter(RecoveryWord, "recovery_word")

_ticket = "recovery/<recovery_number:number>/"
_case = "desk/recovery/<recovery_number:number>/"
_paper = f"{_case}papers/<int:pk>/"
urlpatterns = [
    path("recovery/", start.start, name="start"),
    path("recovery/code/", start.code, name="code"),
    path("recovery/code/again/", start.again, name="again"),
    path("recovery/resume/", start.resume, name="resume"),
    path(_ticket, ticket.show, name="ticket"),
    path(f"{_ticket}noted/", ticket.noted, name="noted"),
    path(f"{_ticket}add/<slug:kind>/", ticket.add, name="add"),
    path(f"{_ticket}papers/<int:pk>/remove/", ticket.remove, name="remove"),
    path(f"{_ticket}send/", ticket.send, name="send"),
    path(f"{_ticket}link/", ticket.link_again, name="link-again"),
    path(f"{_ticket}withdraw/", ticket.withdraw, name="withdraw"),
    path(f"{_ticket}stop/", links.stop_as_owner, name="stop-as-owner"),
    path("stop/", links.enter_stop, name="enter-stop"),
    path("stop/<recovery_word:word>/", links.stop, name="stop"),
    path("enrol/", links.enter_enrol, name="enter-enrol"),
    path("enrol/code/", links.enrol_code, name="enrol-code"),
    path("enrol/code/again/", links.enrol_again, name="enrol-again"),
    path("enrol/<recovery_word:word>/", links.enrol, name="enrol"),
    path("desk/recovery/", desk.index, name="desk"),
    path(_case, case.show, name="case"),
    path(_paper, viewer.show, name="desk-paper"),
    path(f"{_paper}pages/<int:place>/", viewer.page, name="desk-page"),
    path(f"{_case}<slug:act>/", case.do, name="act"),
]
