# The keys and ids of fixture.yaml, under the names that the official clients' own integration suites read.
service=a1107000-0000-4000-8000-000000000001
secret=a1107000-0000-4000-8000-0000000000
export API_KEY=allotments-test-$service-${secret}a1
export API_SENDING_KEY=allotments-live-$service-${secret}a2
export INBOUND_SMS_QUERY_KEY=$API_KEY
export SMS_TEMPLATE_ID=a1107000-0000-4000-8000-000000000011
export EMAIL_TEMPLATE_ID=a1107000-0000-4000-8000-000000000012
export LETTER_TEMPLATE_ID=a1107000-0000-4000-8000-000000000013
export EMAIL_REPLY_TO_ID=${secret}b2
export SMS_SENDER_ID=${secret}c2
export FUNCTIONAL_TEST_NUMBER=07900900123
export FUNCTIONAL_TEST_EMAIL=jo@example.com

# What those suites lack: keys that are refused.
export TEAM_KEY=allotments-team-$service-${secret}a3
export REVOKED_KEY=allotments-old-$service-${secret}a4
export WRONG_KEY=allotments-test-$service-${secret}ff
export THROTTLED_KEY=throttled-a1107000-0000-4000-8000-000000000002-${secret}a5
export THROTTLED_TEMPLATE_ID=a1107000-0000-4000-8000-000000000021
export LIMITED_KEY=limited-a1107000-0000-4000-8000-000000000003-${secret}a6
export LIMITED_TEMPLATE_ID=a1107000-0000-4000-8000-000000000031
