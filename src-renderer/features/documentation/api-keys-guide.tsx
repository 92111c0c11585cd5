import { CodeBlock } from '#renderer/ui/code-block.tsx'
import { apiAddress } from './api-address.ts'
import { Bullets, Code, FactTable, GuideLink, Section, Steps } from './prose.tsx'

const sendExample = `curl --request POST ${apiAddress}/v1/events \\
  --header "X-API-Key: $PATCHBAY_KEY" \\
  --header 'content-type: application/json' \\
  --data-raw '{
    "type": "attendee.registered",
    "data": { "attendeeId": "A-1042", "email": "nora@example.com", "firstName": "Nora", "lastName": "Lind" }
  }'`

const whoAmIExample = `curl ${apiAddress}/v1/me --header "X-API-Key: $PATCHBAY_KEY"`

export const ApiKeysGuide = () => (
  <>
    <p>
      An API key lets a program act for the organization: send events, read what became of them, or manage
      webhooks. It belongs to the organization and not to a person, so it goes on working when people leave.
    </p>
    <Section id="create" title="Create a key">
      <Steps>
        <li>
          Open <GuideLink to="/settings/integrations/api">Settings → Integrations → API</GuideLink> and choose{' '}
          <strong>Create API key</strong>.
        </li>
        <li>Give it a name that tells which program uses it, an environment, and the scopes it needs.</li>
        <li>
          Copy the secret from the dialog and put it into a secret manager. It is shown this once; Patchbay
          keeps only a hash of it.
        </li>
      </Steps>
    </Section>
    <Section id="scopes" title="Scopes">
      <FactTable
        label="Scopes"
        head={['Scope', 'Allows']}
        rows={[
          {
            id: 'api',
            cells: [
              <Code key="c">api</Code>,
              'Sending events, reading events and deliveries of the organization.',
            ],
          },
          {
            id: 'admin',
            cells: [
              <Code key="c">admin</Code>,
              'Managing webhooks and what they hold, listing and revoking API keys.',
            ],
          },
        ]}
      />
      <p>Give a key one scope where one is enough. A program that only sends events needs no admin scope.</p>
    </Section>
    <Section id="call" title="Call the API">
      <p>
        The key goes into the <Code>X-API-Key</Code> header. Its first characters name its environment:{' '}
        <Code>pb_prod_</Code>, <Code>pb_stag_</Code> or <Code>pb_dev_</Code>.
      </p>
      <CodeBlock label="Send an event" text={sendExample} />
      <p>
        The answer is <Code>202</Code> with the id of the event and the number of deliveries, and it comes
        only when both are safely on disk. Send the same <Code>idempotencyKey</Code> again within 24 hours and
        you get the same answer, not a second event.
      </p>
      <CodeBlock label="What this key may do" text={whoAmIExample} />
    </Section>
    <Section id="errors" title="Errors">
      <p>
        Every failed call answers with a problem document (RFC 9457) that has a stable <Code>code</Code>. A
        refusal also carries the decision: which gate said no, the fact it read, and what would change the
        answer.
      </p>
      <FactTable
        label="Common errors"
        head={['Status', 'Code', 'What to do']}
        rows={[
          {
            id: '401',
            cells: ['401', <Code key="c">key_unknown</Code>, 'Check the header and the whole secret.'],
          },
          { id: '401r', cells: ['401', <Code key="c">key_revoked</Code>, 'Create a new key.'] },
          {
            id: '403',
            cells: ['403', <Code key="c">scope_missing</Code>, 'Give the key the scope, or use another.'],
          },
          {
            id: '409',
            cells: ['409', <Code key="c">idempotency_conflict</Code>, 'Use a new idempotency key.'],
          },
          { id: '413', cells: ['413', <Code key="c">payload_too_large</Code>, 'An event may have 256 KiB.'] },
          {
            id: '422',
            cells: ['422', <Code key="c">invalid</Code>, 'The errors name each field and the reason.'],
          },
        ]}
      />
    </Section>
    <Section id="bounds" title="Bounds">
      <p>
        Besides its end a key can have a beginning, a limit of calls per minute, and a list of addresses that
        may use it, single ones or ranges such as <Code>192.168.1.0/24</Code> and <Code>2001:db8::/32</Code>.
        They can be changed at any time and hold from the next call on. A key never does more than the person
        who made it may.
      </p>
    </Section>
    <Section id="rotate" title="Rotate">
      <p>
        <strong>Rotate</strong> makes a key with the same settings and a new secret. The old one works along
        for an hour, a day or a week, or ends at once when it has leaked. Keys that end within 14 days and
        were not replaced are told on the overview.
      </p>
    </Section>
    <Section id="revoke" title="Disable and revoke">
      <p>
        Before a key is disabled, rotated or revoked, the dialog says what would break: who called with it in
        the last 30 days, over which routes and from which addresses. Disabling can be taken back; revoking is
        final.
      </p>
    </Section>
    <Section id="safe" title="Keep keys safe">
      <Bullets>
        <li>Treat a secret like a password: in a secret manager, not in source code, chats or tickets.</li>
        <li>One key for each program, so that one can be revoked without stopping the others.</li>
        <li>Revoke keys that are not used or may have leaked. Revoking works at once and is final.</li>
      </Bullets>
    </Section>
  </>
)
