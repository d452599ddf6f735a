package operations;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import uk.gov.service.notify.NotificationClient;
import uk.gov.service.notify.NotificationClientApi;

/** Operations are the client's public methods, overloads apart, and which of them were used. */
class Operations {
    final Set<String> used = new TreeSet<>();
    int calls;

    /** All that a user calls: the interface's methods and the static ones. The getters of the client's own settings are
     * no operations. */
    static Set<String> all() {
        var methods = Arrays.stream(NotificationClientApi.class.getMethods()).map(Operations::name);
        var names = methods.collect(Collectors.toCollection(TreeSet::new));
        Arrays.stream(statics()).map(Operations::name).forEach(names::add);
        return names;
    }

    /** The static methods, the overloads of prepareUpload. */
    static Method[] statics() {
        return Arrays.stream(NotificationClient.class.getMethods())
                .filter(m -> Modifier.isStatic(m.getModifiers())).toArray(Method[]::new);
    }

    /** A client that notes which of its methods are used. */
    NotificationClientApi client(String key) {
        var client = new NotificationClient(System.getenv(key), System.getenv("NOTIFY_API_URL"));
        Class<?>[] faces = {NotificationClientApi.class};
        return (NotificationClientApi) Proxy.newProxyInstance(getClass().getClassLoader(), faces,
                (proxy, method, arguments) -> call(method, client, arguments));
    }

    /** Calls a method and notes it. */
    Object call(Method method, Object on, Object... arguments) throws Throwable {
        used.add(name(method));
        calls++;
        try {
            return method.invoke(on, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static String name(Method method) {
        return Arrays.stream(method.getParameterTypes()).map(Class::getSimpleName)
                .collect(Collectors.joining(", ", method.getName() + "(", ")"));
    }
}
