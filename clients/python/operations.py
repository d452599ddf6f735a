"""Every public method of Notify's Python client, against the simulator at NOTIFY_API_URL."""

import importlib.metadata
import inspect
import io
import logging
import os
import pathlib
import time

import notifications_python_client
from notifications_python_client import NotificationsAPIClient, prepare_upload
from notifications_python_client.errors import HTTPError

ENV = os.environ
URL = ENV["NOTIFY_API_URL"]
SMS, EMAIL, LETTER = (ENV[f"{kind}_TEMPLATE_ID"] for kind in ("SMS", "EMAIL", "LETTER"))
NUMBER, ADDRESS = ENV["FUNCTIONAL_TEST_NUMBER"], ENV["FUNCTIONAL_TEST_EMAIL"]
ABSENT = "a1107000-0000-4000-8000-0000000000ee"
FREE = {"name": "Jo", "plot": 7}
PDF = pathlib.Path(__file__).parents[1].joinpath("letter.pdf").read_bytes()

logging.getLogger("notifications_python_client").setLevel(logging.ERROR)  # it warns of each refusal, wanted or not
used, calls = set(), 0


class Client(NotificationsAPIClient):
    """The client, noting which of its methods are used."""

    def __getattribute__(self, name):
        if name in METHODS:
            global calls
            calls += 1
            used.add(name)
        return super().__getattribute__(name)


# What a user calls: not what the methods are made of (get, post and the like, which the base class has).
METHODS = {
    name
    for name, _ in inspect.getmembers(NotificationsAPIClient, inspect.isfunction)
    if name in vars(NotificationsAPIClient) and not name.startswith("_")
}


def client(key="API_KEY"):
    return Client(ENV[key], base_url=URL)


def same(got, want):
    assert got == want, f"got {got!r}, want {want!r}"


def refused(status, error, message, call, *args, **kwargs):
    try:
        answer = call(*args, **kwargs)
    except HTTPError as e:
        same((e.status_code, e.message), (status, [{"error": error, "message": message}]))
    else:
        raise AssertionError(f"not refused: {answer}")


def wait_for(c, id, *statuses):
    """Reads a message until it has one of the statuses."""
    deadline = time.monotonic() + 10
    while (message := c.get_notification_by_id(id))["status"] not in statuses:
        assert time.monotonic() < deadline, f"still {message['status']}, not one of {statuses}"
        time.sleep(0.1)
    return message


def texts(c):
    sent = c.send_sms_notification(NUMBER, SMS, FREE, "a+b c", ENV["SMS_SENDER_ID"])
    same(sent["content"], {"body": "Hello Jo\n\nPlot 7 is free.", "from_number": "Allotments"})
    same((sent["reference"], sent["scheduled_for"]), ("a+b c", None))
    same((sent["template"]["id"], sent["template"]["version"]), (SMS, 2))
    same(sent["uri"], f"{URL}/v2/notifications/{sent['id']}")
    read = wait_for(c, sent["id"], "delivered")
    same((read["type"], read["phone_number"], read["subject"]), ("sms", NUMBER, None))
    same(read["body"], sent["content"]["body"])
    same(read["is_cost_data_ready"], True)
    same(read["cost_in_pounds"], 0.0233)
    details = {"billable_sms_fragments": 1, "international_rate_multiplier": 1.0, "sms_rate": 0.0233}
    same(read["cost_details"], details)
    for number, status in (("07700900003", "temporary-failure"), ("07700900002", "permanent-failure")):
        wait_for(c, c.send_sms_notification(number, SMS, FREE)["id"], status)
    same(c.send_sms_notification(NUMBER, SMS, FREE)["content"]["from_number"], "447700900880")


def emails(c):
    unsubscribe = "https://www.example.gov.uk/unsubscribe"
    with_file = FREE | {"agreement": prepare_upload(io.BytesIO(b"plot,rent\n7,40\n"), "plot.csv", True, "4 weeks")}
    sent = c.send_email_notification(ADDRESS, EMAIL, with_file, "with a file", ENV["EMAIL_REPLY_TO_ID"], unsubscribe)
    same(sent["content"]["subject"], "Plot 7 is yours")
    same(sent["content"]["from_email"], "allotments@notifications.service.gov.uk")
    same(sent["content"]["one_click_unsubscribe_url"], unsubscribe)
    before = "Dear Jo\r\n\r\n# Plot 7\r\n\r\nYour agreement: "
    body = sent["content"]["body"]
    same(body[: len(before)], before)
    assert body[len(before) :].startswith("https://documents."), body
    same(sent["sanitised_content"], {})
    read = wait_for(c, sent["id"], "delivered")
    same((read["email_address"], read["subject"], read["body"]), (ADDRESS, "Plot 7 is yours", body))
    same((read["one_click_unsubscribe_url"], read["is_cost_data_ready"]), (unsubscribe, True))
    same((read["cost_in_pounds"], type(read["cost_in_pounds"]), read["cost_details"]), (0, float, {}))

    unsafe = {"name": "J*o", "plot": 7, "agreement": "on paper"}
    sent = c.send_email_notification(ADDRESS, EMAIL, unsafe, sanitise_content_for=["name"])
    same(sent["content"]["body"], "Dear J\\*o\r\n\r\n# Plot 7\r\n\r\nYour agreement: on paper")
    same(sent["sanitised_content"], {"name": {"sanitised": "J\\*o", "unsanitised": "J*o"}})
    same((sent["reference"], sent["content"]["one_click_unsubscribe_url"]), (None, None))
    for name, status in (("temp-fail", "temporary-failure"), ("perm-fail", "permanent-failure")):
        sent = c.send_email_notification(f"{name}@simulator.notify", EMAIL, unsafe)
        wait_for(c, sent["id"], status)


def letters(c):
    address = {"address_line_1": "Jo Smith", "address_line_2": "1 High Street", "address_line_3": "SW1A 1AA"}
    sent = c.send_letter_notification(LETTER, address | {"plot": 7}, "rent")
    want = {"body": "Dear Jo Smith\r\n\r\nPlease pay for plot 7.", "subject": "Your rent"}
    same(sent["content"], want)
    same((sent["reference"], sent["template"]["version"]), ("rent", 1))
    read = wait_for(c, sent["id"], "received")
    same([read[f"line_{n}"] for n in range(1, 5)], ["Jo Smith", "1 High Street", "SW1A 1AA", None])
    same((read["postage"], read["cost_details"]["postage"]), ("second", "second"))
    assert read["estimated_delivery"] > read["created_at"]
    same(c.get_pdf_for_letter(sent["id"]).read(5), b"%PDF-")

    sent = c.send_precompiled_letter_notification("own pdf", io.BytesIO(PDF), "first")
    same({k: sent[k] for k in ("postage", "reference")}, {"postage": "first", "reference": "own pdf"})
    read = wait_for(c, sent["id"], "received")
    same((read["line_1"], read["subject"], read["body"]), ("Provided as PDF", "Pre-compiled PDF", ""))
    same((read["cost_in_pounds"], read["cost_details"]), (1.49, {"billable_sheets_of_paper": 1, "postage": "first"}))
    same(c.get_pdf_for_letter(sent["id"]).read(), PDF)


def lists(c):
    page = c.get_all_notifications(reference="a+b c", status="delivered", template_type="sms", include_jobs=True)
    (only,) = page["notifications"]
    same((only["reference"], sorted(page["links"])), ("a+b c", ["current", "next"]))
    same(c.get_all_notifications(reference="a+b c", older_than=only["id"])["notifications"], [])
    same(c.get_all_notifications(reference="a+b c", template_type="email")["notifications"], [])
    same(client("API_SENDING_KEY").get_all_notifications()["notifications"], [])  # of another type of key
    sent = [c.send_sms_notification(NUMBER, SMS, FREE, "page")["id"] for _ in range(251)]  # a page holds 250
    same(len(c.get_all_notifications(reference="page")["notifications"]), 250)
    same([n["id"] for n in c.get_all_notifications_iterator(reference="page")], sent[::-1])


def received(c):
    page = c.get_received_texts()
    same(sorted(page), ["links", "received_text_messages"])
    first, second, third = page["received_text_messages"]
    same((first["content"], second["content"], third["content"]), ("Diolch 🥕", "STOP", "Yes please"))
    assert {k: first[k] for k in ("user_number", "notify_number", "service_id", "created_at")} == {
        "user_number": "447900900333",
        "notify_number": "07700900880",
        "service_id": c.service_id,
        "created_at": "2026-11-20T09:02:00.000000Z",
    }
    same(c.get_received_texts(older_than=first["id"])["received_text_messages"], [second, third])
    same(list(c.get_received_texts_iterator()), [first, second, third])
    same(list(c.get_received_texts_iterator(older_than=second["id"])), [third])


def templates(c):
    now, before = c.get_template(SMS), c.get_template_version(SMS, 1)
    same((now["name"], now["version"], now["type"]), ("Plot is free", 2, "sms"))
    same(now["body"], "Hello ((name))\r\n\r\nPlot ((plot)) is free.")
    same(now["personalisation"], {"name": {"required": True}, "plot": {"required": True}})
    same((before["name"], before["version"], before["body"]), ("A plot is free", 1, "Hello ((name))"))
    same((before["created_at"], before["updated_at"]), ("2026-01-05T10:00:00.000000Z", None))
    letter = c.get_template(LETTER)
    same((letter["subject"], letter["postage"]), ("Your rent", "second"))
    same(letter["letter_contact_block"], "Allotments\n1 High Street\nLondon\nSW1A 1AA")
    everything = c.get_all_templates()["templates"]
    same([t["name"] for t in everything], ["Plot is free", "Rent is due", "Your plot"])
    same([t["id"] for t in c.get_all_templates("email")["templates"]], [EMAIL])
    shown = c.post_template_preview(EMAIL, {"name": "Jo", "plot": 7, "agreement": "on paper"})
    same((shown["subject"], shown["version"]), ("Plot 7 is yours", 2))
    same(shown["body"], "Dear Jo\r\n\r\n# Plot 7\r\n\r\nYour agreement: on paper")
    assert ">Dear Jo</p><h2 " in shown["html"], shown["html"]
    # A page of Notify's own administration: the client still has the method, but no service's key opens it.
    try:
        c.get_all_template_versions(SMS)
        raise AssertionError("opened")
    except HTTPError as e:
        same(e.status_code, 404)


def refusals(c):
    refused(400, "BadRequestError", "Missing personalisation: name, plot", c.send_sms_notification, NUMBER, SMS)
    refused(400, "BadRequestError", "Template not found", c.send_sms_notification, NUMBER, ABSENT)
    no_uuid = "template_id is not a valid UUID"
    refused(400, "ValidationError", no_uuid, c.send_sms_notification, NUMBER, "7")
    no_number = "phone_number Must not contain letters or symbols"
    refused(400, "ValidationError", no_number, c.send_sms_notification, "Jo", SMS, FREE)
    not_email = "email_address Not a valid email address"
    refused(400, "ValidationError", not_email, c.send_email_notification, "Jo", EMAIL, FREE)
    text = c.send_sms_notification(NUMBER, SMS, FREE)["id"]
    refused(400, "BadRequestError", "Notification is not a letter", c.get_pdf_for_letter, text)
    team = "Can’t send to this recipient using a team-only API key"
    refused(400, "BadRequestError", team, client("TEAM_KEY").send_sms_notification, NUMBER, SMS, FREE)
    revoked, unknown = "Invalid token: API key revoked", "Invalid token: API key not found"
    refused(403, "AuthError", revoked, client("REVOKED_KEY").get_all_templates)
    refused(403, "AuthError", unknown, client("WRONG_KEY").get_all_templates)
    refused(404, "NoResultFound", "No result found", c.get_notification_by_id, ABSENT)
    refused(404, "NoResultFound", "No result found", c.get_template, ABSENT)
    refused(404, "NoResultFound", "No result found", c.get_template_version, SMS, 3)
    limited, throttled = client("LIMITED_KEY"), client("THROTTLED_KEY")
    limited.send_sms_notification(NUMBER, ENV["LIMITED_TEMPLATE_ID"])
    today = "Exceeded send limits (sms: 1) for today"
    refused(429, "TooManyRequestsError", today, limited.send_sms_notification, NUMBER, ENV["LIMITED_TEMPLATE_ID"])
    for _ in range(2):
        throttled.send_sms_notification(NUMBER, ENV["THROTTLED_TEMPLATE_ID"])
    rate = "Exceeded rate limit for key type TEST of 6 requests per 60 seconds"
    refused(429, "RateLimitError", rate, throttled.send_sms_notification, NUMBER, ENV["THROTTLED_TEMPLATE_ID"])


def main():
    c = client()
    for check in (texts, emails, letters, lists, received, templates, refusals):
        check(c)
        print("ok", check.__name__)
    assert METHODS and used == METHODS, f"never called: {sorted(METHODS - used)}"
    installed = importlib.metadata.version("notifications-python-client")
    same(installed, notifications_python_client.__version__)
    print(f"notifications-python-client {installed}: {len(used)} of {len(METHODS)} operations, {calls} calls")


main()
