"""People and their roles, managed by a superuser alone."""

from django.contrib.auth import get_user_model
from django.urls import reverse

from tests.flows.pages import client_of, fill_in


def test_a_superuser_gives_a_person_a_role(db):
    users = get_user_model().objects
    chief = client_of(users.create_superuser("chief", password="secret"))
    secret = {"password1": "long-enough-9", "password2": "long-enough-9", "usable_password": "true"}
    fill_in(chief, reverse("admin:auth_user_add"), "user_form", username="nina", **secret)
    nina = users.get(username="nina")

    url = reverse("admin:auth_user_change", args=[nina.pk])
    builder = nina.groups.model.objects.get(name="builder")
    fill_in(chief, url, "user_form", is_staff="on", groups=[builder.pk])

    nina = users.get(username="nina")
    assert nina.is_staff
    assert nina.has_perm("flows.change_flow")


def test_the_roles_have_a_page(db):
    chief = client_of(get_user_model().objects.create_superuser("chief", password="secret"))
    assert chief.get(reverse("admin:auth_group_changelist")).status_code == 200
