package recipe;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.json.JSONObject;

/** A simulator that runs until it is closed. */
class Simulator implements AutoCloseable {
    final String url;

    private final Process process;
    private final HttpClient http = HttpClient.newHttpClient();

    Simulator() throws IOException {
        var command = System.getenv().getOrDefault("NOTIFY_SIMULATOR", "notify-simulator");
        process = new ProcessBuilder(command, "-listen", "127.0.0.1:0")
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        var line = process.inputReader().readLine();
        url = line.substring(line.lastIndexOf(' ') + 1);
    }

    /** Makes a service of the test's own, so that tests that run at the same time never meet. */
    JSONObject newService(JSONObject service) throws IOException, InterruptedException {
        return json(HttpRequest.newBuilder(URI.create(url + "/simulator/services"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(service.toString())));
    }

    /** Waits for the next message to a recipient that the test has not seen yet. */
    JSONObject nextMessage(JSONObject service, String to) throws IOException, InterruptedException {
        var recipient = URLEncoder.encode(to, StandardCharsets.UTF_8);
        var next = service.getString("url") + "/messages/next?wait=5s&to=" + recipient;
        return json(HttpRequest.newBuilder(URI.create(next)));
    }

    private JSONObject json(HttpRequest.Builder request) throws IOException, InterruptedException {
        var response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() >= 300) {
            throw new IOException(response.statusCode() + ": " + response.body());
        }
        return new JSONObject(response.body());
    }

    @Override
    public void close() {
        process.destroy();
    }
}
