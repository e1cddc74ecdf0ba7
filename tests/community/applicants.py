"""What an applicant types, and the way through the four steps by the front door."""

import re
from datetime import timedelta

import time_machine
from django.utils import timezone

ANSWERS = {
    "name": "Nora Noodle",
    "email": "nora@example.org",
    "phone": "555 0100",
    "county": "Alder County",
    "worksite": "Noodle Hill School",
    "program": "Pinecone",
    "director_name": "Dot Director",
    "director_email": "dot@example.org",
    "experience": "Sassafras years at a site.",
    "goals": "Tamarind goals.",
    "accessibility": "Quince needs.",
    "commitment": "on",
}
STEPS = {
    "you": ("name", "email", "phone"),
    "site": ("intake", "county", "worksite", "program", "director_name", "director_email"),
    "hopes": ("experience", "goals"),
    "promise": ("accessibility", "commitment"),
}


def hidden(response):
    """What the page's form carries unseen."""
    found = re.findall(
        r'<input type="hidden" name="(key|version|opened)" value="([^"]*)"',
        response.content.decode(),
    )
    return dict(found)


def post(client, address, data, seconds=10):
    """Open a form, and send it as a person would: some seconds later."""
    carried = hidden(client.get(address))
    with time_machine.travel(timezone.now() + timedelta(seconds=seconds), tick=True):
        return client.post(address, carried | data)


def answers_of(step, intake, **changed):
    answers = ANSWERS | {"intake": intake.pk} | changed
    return {name: answers[name] for name in STEPS[step] if answers.get(name) is not None}


def begin(client, **changed):
    """Take the first step; returns the address of the second."""
    given = {name: (ANSWERS | changed)[name] for name in STEPS["you"]}
    response = post(client, "/apply/", given)
    assert response.status_code == 302, response.context["form"].errors
    return response.url


def apply(client, intake, **changed):
    """All four steps; returns the address of the copy."""
    address = begin(client, **{k: v for k, v in changed.items() if k in STEPS["you"]})
    for step in ("site", "hopes", "promise"):
        assert address.endswith(f"/{step}/"), address
        response = post(client, address, answers_of(step, intake, **changed))
        assert response.status_code == 302, response.context["form"].errors
        address = response.url
    return address
