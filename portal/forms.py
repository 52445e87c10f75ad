"""How every form field looks: one template, label above, error as a paragraph beside it."""

from django.forms.renderers import TemplatesSetting


class PortalRenderer(TemplatesSetting):
    field_template_name = "components/field.html"
