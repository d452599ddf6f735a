from sign_in import SignIn


def test_right_code(client, next_message):
    sign_in = SignIn(client)
    sign_in.start("07900 900123")
    message = next_message(to="+447900900123")
    assert message["body"].endswith(" is your code for Allotments")
    assert sign_in.enter(message["code"]) == "welcome"


def test_wrong_code(client, next_message):
    sign_in = SignIn(client)
    sign_in.start("07900 900123")
    code = next_message(to="+447900900123")["code"]
    assert sign_in.enter(code + "0") == "try again"
