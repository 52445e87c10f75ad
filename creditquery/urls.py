from django.urls import URLPattern

app_name = "creditquery"
urlpatterns: list[URLPattern] = []
