package recipe;

import java.security.SecureRandom;
import java.util.Map;
import uk.gov.service.notify.NotificationClientApi;
import uk.gov.service.notify.NotificationClientException;

/** What is tested: it texts a code, and lets in whoever enters it. */
class SignIn {
    static final String TEMPLATE = "5e4d3c2b-1a09-4f8e-9d7c-6b5a49382716";

    private final NotificationClientApi client;
    private String code;

    SignIn(NotificationClientApi client) {
        this.client = client;
    }

    void start(String number) throws NotificationClientException {
        code = String.format("%05d", new SecureRandom().nextInt(100_000));
        client.sendSms(TEMPLATE, number, Map.of("code", code), null);
    }

    String enter(String entered) {
        return entered.equals(code) ? "welcome" : "try again";
    }
}
