"""The first page of the admin, for who sees everything and for who sees nothing."""

from django.contrib.auth import get_user_model
from django.urls import reverse

from tests.flows.pages import client_of, text_of


def test_somebody_without_a_role_is_told_who_can_give_one(db):
    nobody = get_user_model().objects.create_user("nobody", password="secret", is_staff=True)
    assert "can give you a role" in text_of(client_of(nobody).get(reverse("admin:index")))


def test_a_superuser_finds_lines_calls_and_every_page(db):
    chief = get_user_model().objects.create_superuser("chief", password="secret")
    shown = text_of(client_of(chief).get(reverse("admin:index")))
    assert all(words in shown for words in ("Latest calls", "Build your first phone line", "All pages"))
