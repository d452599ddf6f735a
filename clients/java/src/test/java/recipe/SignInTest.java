package recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.json.JSONObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import uk.gov.service.notify.NotificationClient;

class SignInTest {
    private static Simulator simulator;

    private JSONObject service;
    private SignIn signIn;

    @BeforeAll
    static void startSimulator() throws Exception {
        simulator = new Simulator();
    }

    @AfterAll
    static void stopSimulator() {
        simulator.close();
    }

    @BeforeEach
    void ownService(TestInfo test) throws Exception {
        var body = "((code)) is your code for Allotments";
        var template = Map.of("id", SignIn.TEMPLATE, "type", "sms", "name", "Sign in", "body", body);
        var wanted = new JSONObject(Map.of("name", test.getDisplayName(), "templates", List.of(template)));
        service = simulator.newService(wanted);
        var key = service.getJSONObject("keys").getString("test");
        signIn = new SignIn(new NotificationClient(key, simulator.url));
    }

    @Test
    void rightCode() throws Exception {
        signIn.start("07900 900123");
        var message = simulator.nextMessage(service, "+447900900123");
        assertTrue(message.getString("body").endsWith(" is your code for Allotments"));
        assertEquals("welcome", signIn.enter(message.getString("code")));
    }

    @Test
    void wrongCode() throws Exception {
        signIn.start("07900 900123");
        var code = simulator.nextMessage(service, "+447900900123").getString("code");
        assertEquals("try again", signIn.enter(code + "0"));
    }
}
