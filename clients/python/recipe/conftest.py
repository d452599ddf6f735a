import os
import subprocess

import pytest
import requests
from notifications_python_client import NotificationsAPIClient

from sign_in import TEMPLATE


@pytest.fixture(scope="session")
def simulator():
    """The address of a simulator that runs as long as the tests do."""
    command = os.environ.get("NOTIFY_SIMULATOR", "notify-simulator")
    with subprocess.Popen([command, "-listen", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True) as process:
        yield process.stdout.readline().split()[-1]
        process.terminate()


@pytest.fixture
def service(simulator, request):
    """A service of the test's own, so that tests that run at the same time never meet."""
    body = "((code)) is your code for Allotments"
    template = {"id": TEMPLATE, "type": "sms", "name": "Sign in", "body": body}
    wanted = {"name": request.node.name, "templates": [template]}
    response = requests.post(f"{simulator}/simulator/services", json=wanted, timeout=10)
    assert response.ok, response.text
    return response.json()


@pytest.fixture
def client(simulator, service):
    return NotificationsAPIClient(service["keys"]["test"], base_url=simulator)


@pytest.fixture
def next_message(service):
    """Waits for the next message to a recipient that the test has not seen yet."""

    def wait(to):
        query = {"to": to, "wait": "5s"}
        response = requests.get(f"{service['url']}/messages/next", params=query, timeout=10)
        assert response.ok, response.text  # which tells what was sent instead, and what was refused
        return response.json()

    return wait
