package operations;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.json.JSONObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import uk.gov.service.notify.Notification;
import uk.gov.service.notify.NotificationClient;
import uk.gov.service.notify.NotificationClientApi;
import uk.gov.service.notify.NotificationClientException;
import uk.gov.service.notify.ReceivedTextMessage;
import uk.gov.service.notify.RetentionPeriodDuration;
import uk.gov.service.notify.Template;

/** Every public method of Notify's Java client, overloads included, against the simulator at NOTIFY_API_URL. */
class OperationsTest {
    private static final Map<String, String> ENV = System.getenv();
    private static final String SMS = ENV.get("SMS_TEMPLATE_ID");
    private static final String EMAIL = ENV.get("EMAIL_TEMPLATE_ID");
    private static final String LETTER = ENV.get("LETTER_TEMPLATE_ID");
    private static final String NUMBER = ENV.get("FUNCTIONAL_TEST_NUMBER");
    private static final String ADDRESS = ENV.get("FUNCTIONAL_TEST_EMAIL");
    private static final String ABSENT = "a1107000-0000-4000-8000-0000000000ee";
    private static final Map<String, Object> FREE = Map.of("name", "Jo", "plot", 7);
    private static final Map<String, Object> AGREED = Map.of("name", "Jo", "plot", 7, "agreement", "on paper");

    private final Operations operations = new Operations();
    private final NotificationClientApi client = operations.client("API_KEY");

    /** One test, in this order: the lists are of what was sent before. */
    @Test
    void everyOperation() throws Throwable {
        texts();
        emails();
        files();
        letters();
        lists();
        received();
        templates();
        refusals();
        assertEquals(Operations.all(), operations.used);
        System.out.printf("%s: %d of %d operations, overloads apart, %d calls%n",
                new NotificationClient(ENV.get("API_KEY")).getUserAgent(), operations.used.size(),
                Operations.all().size(), operations.calls);
    }

    private void texts() throws Exception {
        var sent = client.sendSms(SMS, NUMBER, FREE, "a+b c", ENV.get("SMS_SENDER_ID"));
        assertEquals("Hello Jo\n\nPlot 7 is free.", sent.getBody());
        assertEquals(Optional.of("Allotments"), sent.getFromNumber());
        assertEquals(Optional.of("a+b c"), sent.getReference());
        assertEquals(UUID.fromString(SMS), sent.getTemplateId());
        assertEquals(2, sent.getTemplateVersion());
        var read = waitFor(sent.getNotificationId(), "delivered");
        assertEquals("sms", read.getNotificationType());
        assertEquals(Optional.of(NUMBER), read.getPhoneNumber());
        assertEquals(sent.getBody(), read.getBody());
        // Not isCostDataReady() and getCostInPounds(): version 6.0.0 of the client never fills them.
        assertEquals(Optional.of(1), read.getBillableSmsFragments());
        assertEquals(Optional.of(1.0), read.getInternationalRateMultiplier());
        assertEquals(Optional.of(0.0233), read.getSmsRate());
        var ends = Map.of("07700900003", "temporary-failure", "07700900002", "permanent-failure");
        for (var end : ends.entrySet()) {
            var failing = client.sendSms(SMS, end.getKey(), FREE, null);
            assertEquals(Optional.of("447700900880"), failing.getFromNumber());
            waitFor(failing.getNotificationId(), end.getValue());
        }
    }

    private void emails() throws Exception {
        var unsubscribe = URI.create("https://www.example.gov.uk/unsubscribe");
        var replyTo = ENV.get("EMAIL_REPLY_TO_ID");
        var sent = client.sendEmail(EMAIL, ADDRESS, AGREED, "agreement", replyTo, unsubscribe);
        assertEquals("Plot 7 is yours", sent.getSubject());
        assertEquals("Dear Jo\r\n\r\n# Plot 7\r\n\r\nYour agreement: on paper", sent.getBody());
        assertEquals(Optional.of("allotments@notifications.service.gov.uk"), sent.getFromEmail());
        assertEquals(Optional.of("agreement"), sent.getReference());
        var read = waitFor(sent.getNotificationId(), "delivered");
        assertEquals(Optional.of(ADDRESS), read.getEmailAddress());
        assertEquals(Optional.of("Plot 7 is yours"), read.getSubject());
        var replying = client.sendEmail(EMAIL, "temp-fail@simulator.notify", AGREED, null, replyTo);
        waitFor(replying.getNotificationId(), "temporary-failure");
        var plain = client.sendEmail(EMAIL, "perm-fail@simulator.notify", AGREED, null);
        assertEquals(Optional.empty(), plain.getReference());
        waitFor(plain.getNotificationId(), "permanent-failure");
    }

    private void files() throws Throwable {
        for (var method : Operations.statics()) {
            var arguments = new ArrayList<>();
            for (var type : method.getParameterTypes()) {
                if (type == byte[].class) {
                    arguments.add("plot,rent\n7,40\n".getBytes());
                } else if (type == boolean.class) {
                    arguments.add(true);
                } else if (type == RetentionPeriodDuration.class) {
                    arguments.add(new RetentionPeriodDuration(4, ChronoUnit.WEEKS));
                } else {
                    arguments.add(arguments.size() == 1 ? "plot.csv" : "4 weeks");
                }
            }
            var file = operations.call(method, null, arguments.toArray());
            var personalisation = new HashMap<String, Object>(FREE);
            personalisation.put("agreement", file);
            var body = client.sendEmail(EMAIL, ADDRESS, personalisation, "file").getBody();
            assertTrue(body.contains("Your agreement: https://documents."), body);
        }
    }

    private void letters() throws Exception {
        Map<String, Object> personalisation = Map.of("address_line_1", "Jo Smith",
                "address_line_2", "1 High Street", "address_line_3", "SW1A 1AA", "plot", 7);
        var sent = client.sendLetter(LETTER, personalisation, "rent");
        assertEquals("Your rent", sent.getSubject());
        assertEquals("Dear Jo Smith\r\n\r\nPlease pay for plot 7.", sent.getBody());
        var read = waitFor(sent.getNotificationId(), "received");
        assertEquals(Optional.of("Jo Smith"), read.getLine1());
        assertEquals(Optional.of("SW1A 1AA"), read.getLine3());
        assertEquals(Optional.empty(), read.getLine4());
        assertEquals(Optional.of("second"), read.getPostage());
        assertTrue(read.getEstimatedDelivery().orElseThrow().isAfter(read.getCreatedAt()));
        var pdf = client.getPdfForLetter(sent.getNotificationId().toString());
        assertEquals("%PDF-", new String(pdf, 0, 5));

        var path = Path.of("..", "letter.pdf");
        var bytes = Files.readAllBytes(path);
        File file = path.toFile();
        for (var own : List.of(
                client.sendPrecompiledLetter("own pdf", file),
                client.sendPrecompiledLetterWithInputStream("own pdf", new ByteArrayInputStream(bytes)))) {
            assertEquals(Optional.of("own pdf"), own.getReference());
            assertEquals(Optional.of("second"), own.getPostage());
        }
        for (var own : List.of(
                client.sendPrecompiledLetter("own pdf", file, "first"),
                client.sendPrecompiledLetterWithInputStream("own pdf", new ByteArrayInputStream(bytes), "first"))) {
            assertEquals(Optional.of("first"), own.getPostage());
            var ownRead = waitFor(own.getNotificationId(), "received");
            assertEquals(Optional.of("Provided as PDF"), ownRead.getLine1());
            assertEquals(Optional.of("Pre-compiled PDF"), ownRead.getSubject());
            assertEquals(Optional.of(1), ownRead.getBillableSheetsOfPaper());
            assertEquals(Optional.of("first"), ownRead.getPostageType());
            assertArrayEquals(bytes, client.getPdfForLetter(own.getNotificationId().toString()));
        }
    }

    private void lists() throws Exception {
        var page = client.getNotifications("delivered", "sms", "a+b c", null);
        assertEquals(1, page.getNotifications().size());
        assertEquals(Optional.of("a+b c"), page.getNotifications().get(0).getReference());
        assertTrue(page.getNextPageLink().isPresent());
        var last = page.getNotifications().get(0).getId().toString();
        assertEquals(List.of(), client.getNotifications(null, null, "a+b c", last).getNotifications());
        assertEquals(4, client.getNotifications(null, "letter", "own pdf", null).getNotifications().size());
        var live = operations.client("API_SENDING_KEY");
        assertEquals(List.of(), live.getNotifications(null, null, null, null).getNotifications());
    }

    private void received() throws Exception {
        var texts = client.getReceivedTextMessages(null).getReceivedTextMessages();
        var contents = texts.stream().map(ReceivedTextMessage::getContent).toList();
        assertEquals(List.of("Diolch 🥕", "STOP", "Yes please"), contents);
        var first = texts.get(0);
        assertEquals("447900900333", first.getUserNumber());
        assertEquals("07700900880", first.getNotifyNumber());
        assertEquals(UUID.fromString("a1107000-0000-4000-8000-000000000001"), first.getServiceId());
        assertEquals(ZonedDateTime.parse("2026-11-20T09:02:00Z"), first.getCreatedAt());
        var older = client.getReceivedTextMessages(first.getId().toString()).getReceivedTextMessages();
        assertEquals(contents.subList(1, 3), older.stream().map(ReceivedTextMessage::getContent).toList());
    }

    private void templates() throws Exception {
        var now = client.getTemplateById(SMS);
        assertEquals("Plot is free", now.getName());
        assertEquals(2, now.getVersion());
        assertEquals("sms", now.getTemplateType());
        assertEquals("Hello ((name))\r\n\r\nPlot ((plot)) is free.", now.getBody());
        assertEquals(2, now.getPersonalisation().orElseThrow().size());
        var before = client.getTemplateVersion(SMS, 1);
        assertEquals("A plot is free", before.getName());
        assertEquals("Hello ((name))", before.getBody());
        assertEquals(Optional.empty(), before.getUpdatedAt());
        var letter = client.getTemplateById(LETTER);
        assertEquals(Optional.of("Allotments\n1 High Street\nLondon\nSW1A 1AA"), letter.getLetterContactBlock());
        var names = client.getAllTemplates("").getTemplates().stream().map(Template::getName).toList();
        assertEquals(List.of("Plot is free", "Rent is due", "Your plot"), names);
        var emails = client.getAllTemplates("email").getTemplates();
        assertEquals(List.of(UUID.fromString(EMAIL)), emails.stream().map(Template::getId).toList());
        var shown = client.generateTemplatePreview(EMAIL, AGREED);
        assertEquals(Optional.of("Plot 7 is yours"), shown.getSubject());
        assertEquals("Dear Jo\r\n\r\n# Plot 7\r\n\r\nYour agreement: on paper", shown.getBody());
        assertTrue(shown.getHtml().orElseThrow().contains(">Dear Jo</p><h2 "));
    }

    private void refusals() throws Exception {
        var missing = "Missing personalisation: name, plot";
        refused(400, "BadRequestError", missing, () -> client.sendSms(SMS, NUMBER, null, null));
        refused(400, "BadRequestError", "Template not found", () -> client.sendSms(ABSENT, NUMBER, null, null));
        var noUUID = "template_id is not a valid UUID";
        refused(400, "ValidationError", noUUID, () -> client.sendSms("7", NUMBER, null, null));
        var noNumber = "phone_number Must not contain letters or symbols";
        refused(400, "ValidationError", noNumber, () -> client.sendSms(SMS, "Jo", FREE, null));
        var noEmail = "email_address Not a valid email address";
        refused(400, "ValidationError", noEmail, () -> client.sendEmail(EMAIL, "Jo", AGREED, null));
        var text = client.sendSms(SMS, NUMBER, FREE, null).getNotificationId().toString();
        refused(400, "BadRequestError", "Notification is not a letter", () -> client.getPdfForLetter(text));
        var team = operations.client("TEAM_KEY");
        var outside = "Can’t send to this recipient using a team-only API key";
        refused(400, "BadRequestError", outside, () -> team.sendSms(SMS, NUMBER, FREE, null));
        var revoked = operations.client("REVOKED_KEY");
        refused(403, "AuthError", "Invalid token: API key revoked", () -> revoked.getAllTemplates(""));
        var wrong = operations.client("WRONG_KEY");
        refused(403, "AuthError", "Invalid token: API key not found", () -> wrong.getAllTemplates(""));
        refused(404, "NoResultFound", "No result found", () -> client.getNotificationById(ABSENT));
        refused(404, "NoResultFound", "No result found", () -> client.getTemplateById(ABSENT));
        refused(404, "NoResultFound", "No result found", () -> client.getTemplateVersion(SMS, 3));

        var limited = operations.client("LIMITED_KEY");
        var limitedTemplate = ENV.get("LIMITED_TEMPLATE_ID");
        limited.sendSms(limitedTemplate, NUMBER, null, null);
        refused(429, "TooManyRequestsError", "Exceeded send limits (sms: 1) for today",
                () -> limited.sendSms(limitedTemplate, NUMBER, null, null));
        var throttled = operations.client("THROTTLED_KEY");
        var throttledTemplate = ENV.get("THROTTLED_TEMPLATE_ID");
        throttled.sendSms(throttledTemplate, NUMBER, null, null);
        throttled.sendSms(throttledTemplate, NUMBER, null, null);
        refused(429, "RateLimitError", "Exceeded rate limit for key type TEST of 6 requests per 60 seconds",
                () -> throttled.sendSms(throttledTemplate, NUMBER, null, null));
    }

    private static void refused(int status, String error, String message, Executable call) {
        var e = assertThrows(NotificationClientException.class, call);
        assertEquals(status, e.getHttpResult());
        // The client's own "Status code: 400 " stands before the response.
        var answer = new JSONObject(e.getMessage().substring(e.getMessage().indexOf('{')));
        var first = answer.getJSONArray("errors").getJSONObject(0);
        assertEquals(List.of(error, message), List.of(first.getString("error"), first.getString("message")));
    }

    /** Reads a message until it has the status. */
    private Notification waitFor(UUID id, String status) throws Exception {
        for (long deadline = System.nanoTime() + 10_000_000_000L; ; Thread.sleep(100)) {
            var message = client.getNotificationById(id.toString());
            if (message.getStatus().equals(status)) {
                return message;
            }
            assertTrue(System.nanoTime() < deadline, () -> "still " + message.getStatus() + ", not " + status);
        }
    }
}
