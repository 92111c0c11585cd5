import { CodeBlock } from '#renderer/ui/code-block.tsx'
import { Bullets, Code, FactTable, GuideLink, Section, Steps } from './prose.tsx'

const bodyExample = `{
  "type": "attendee.registered",
  "timestamp": "2026-11-20T18:04:11.000Z",
  "data": { "attendeeId": "A-1042", "email": "nora@example.com", "firstName": "Nora", "lastName": "Lind" }
}`

const conditionExample = `{
  "$and": [
    { "data.total": { "$gte": 100 } },
    { "$or": [{ "data.category": "press" }, { "data.email": { "$startsWith": "team@" } }] }
  ]
}`

const operatorRows = [
  ['$eq, $neq', 'is the value, or is not; a mere value means $eq'],
  ['$in, $nin', 'is one of the values, or none of them'],
  ['$gt, $gte, $lt, $lte', 'is more, at least, less, at most'],
  ['$startsWith', 'is a text that begins with the value'],
  ['$exists', 'is there (true) or missing (false)'],
].map(([operator = '', meaning = '']) => ({
  id: operator,
  cells: [<Code key="c">{operator}</Code>, meaning],
}))

const stepRows = [
  ['pick', 'Keeps only these fields, at their places.'],
  ['rename', 'Moves a field to another place.'],
  ['constant', 'Sets a field, whether it is there or not.'],
  ['mask', 'Turns all but the last characters of a text into *, and anything else into ***.'],
].map(([step = '', meaning = '']) => ({ id: step, cells: [<Code key="c">{step}</Code>, meaning] }))

const heldRouteRows = [
  ['POST /v1/webhooks/{webhookId}/release', 'Lets it go at a rate, and may resume the webhook with it.'],
  ['GET /v1/webhooks/{webhookId}/releases', 'Tells how far releases are; for this, the scope is api.'],
  ['POST /v1/releases/{releaseId}/pause', 'Pauses a release; /resume and /cancel do what they say.'],
  ['POST /v1/webhooks/{webhookId}/release-replays', 'Lets held replays go, even of a paused webhook.'],
  ['POST /v1/webhooks/{webhookId}/discard', 'Discards all, all of a reason, or single ones, with a note.'],
].map(([route = '', meaning = '']) => ({ id: route, cells: [<Code key="c">{route}</Code>, meaning] }))

export const WebhooksGuide = () => (
  <>
    <p>
      A webhook is a subscription: whenever an event happens that it asks for, Patchbay sends a signed HTTP
      POST to its URL, again and again until the receiver says that it has it.
    </p>
    <Section id="create" title="Create a webhook">
      <Steps>
        <li>
          Open <GuideLink to="/settings/integrations/webhooks">Settings → Integrations → Webhooks</GuideLink>{' '}
          and choose <strong>Create webhook</strong>.
        </li>
        <li>
          Give the URL. While you type, the network policy says whether it may be called, and why. Addresses
          of this machine and of local networks need an allow rule in{' '}
          <GuideLink to="/settings/general">Settings</GuideLink>.
        </li>
        <li>
          Choose events by name (<Code>attendee.registered</Code>) or by prefix (<Code>attendee.*</Code>), for
          the organization or for one occasion.
        </li>
        <li>
          Copy the signing secret. It is shown this once; with a key pair there is none to copy. The receiver
          needs it to <GuideLink to="/documentation/verification">verify what it gets</GuideLink>.
        </li>
      </Steps>
    </Section>
    <Section id="request" title="What the receiver gets">
      <CodeBlock label="Body" text={bodyExample} />
      <FactTable
        label="Headers of a delivery"
        head={['Header', 'Meaning']}
        rows={[
          {
            id: 'id',
            cells: [
              <Code key="c">webhook-id</Code>,
              'The same for every attempt and resend: use it to skip repeats.',
            ],
          },
          {
            id: 'time',
            cells: [<Code key="c">webhook-timestamp</Code>, 'Seconds since 1970, of this attempt.'],
          },
          {
            id: 'signature',
            cells: [<Code key="c">webhook-signature</Code>, 'One or more signatures, separated by spaces.'],
          },
        ]}
      />
      <p>
        Answer with any <Code>2xx</Code> status within the timeout, 15 seconds unless set otherwise. Do the
        work after answering. An event can arrive more than once, so skip ids that you have seen.
      </p>
    </Section>
    <Section id="filter" title="Filter by fields of the body">
      <p>
        Beside the types of events, a webhook may ask for what is in their body. Its configuration has a
        filter of lines (a field, what is asked, a value), and shows on the newest events what it does. The
        same as JSON, for the API and <Code>webhooks create --condition</Code>:
      </p>
      <CodeBlock label="Condition" text={conditionExample} />
      <FactTable
        label="What can be asked of a field"
        head={['Operator', 'Holds when the field']}
        rows={operatorRows}
      />
      <Bullets>
        <li>
          Fields are named with dots from the body: <Code>type</Code>, <Code>data.email</Code>,{' '}
          <Code>occasion.id</Code>. Numbers are places in a list: <Code>data.lines.0.sku</Code>.
        </li>
        <li>
          A missing field equals nothing, not even null: only <Code>$neq</Code>, <Code>$nin</Code> and{' '}
          <Code>{'{"$exists": false}'}</Code> hold for it.
        </li>
        <li>
          Numbers are ordered among numbers, texts among texts; ISO times are texts and sort as times. Between
          a number and a text no order holds.
        </li>
        <li>
          Several fields must all hold. <Code>$and</Code>, <Code>$or</Code> and <Code>$not</Code> combine, up
          to five deep and a hundred fields.
        </li>
        <li>
          An event that is left out makes no delivery. Tests and resends are sent whatever the filter says.
        </li>
      </Bullets>
    </Section>
    <Section id="shape" title="Shape the body, add headers">
      <p>
        A receiver that wants another body can have one. Steps change it in their order, before it is signed;
        no code is run.
      </p>
      <FactTable label="Steps" head={['Step', 'What it does']} rows={stepRows} />
      <Bullets>
        <li>
          A step whose field is not there changes nothing. What is taken out of a list leaves a null, so that
          the places after it stay.
        </li>
        <li>
          As a <strong>form</strong> the body is <Code>application/x-www-form-urlencoded</Code>, with names
          like <Code>data[email]</Code> and <Code>data[tags][0]</Code>.
        </li>
        <li>
          A shaped body has at most 256 KiB. Where it would have more, nothing is sent and the attempt fails.
        </li>
        <li>The attempt shows the body that was really sent, also after the shape has been changed.</li>
        <li>
          Headers of your own go along with every request. Those that Patchbay sets itself are refused, and so
          is <Code>Authorization</Code>, which belongs to authentication.
        </li>
      </Bullets>
    </Section>
    <Section id="retries" title="Retries">
      <p>
        A failed delivery is tried again after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h: ten
        attempts over a good three days, each a little later than the plan so that not everything comes at
        once.
      </p>
      <Bullets>
        <li>
          A webhook may have a schedule of its own: up to 25 attempts, each at most 24 hours after the one
          before. Its configuration shows when they would be by the clock.
        </li>
        <li>
          <Code>Retry-After</Code> is obeyed, up to 24 hours.
        </li>
        <li>Redirects are failures and never followed.</li>
        <li>
          <Code>410 Gone</Code> disables the webhook. Events that follow are held, not lost.
        </li>
      </Bullets>
    </Section>
    <Section id="protection" title="Protection of your endpoint">
      <Bullets>
        <li>
          A <strong>rate</strong> can be set. Requests are then spread evenly, and what is above it waits.
        </li>
        <li>
          When 70 % of at least 10 requests fail within 5 minutes, the <strong>circuit breaker</strong> opens:
          nothing goes out but one delivery as a probe, 30 s later. Delivered, it closes the breaker.
        </li>
        <li>
          An <strong>ordered</strong> webhook gets one delivery at a time, in the order of the events. One
          that fails keeps those behind it waiting, until it is delivered, exhausted or skipped by hand.
        </li>
      </Bullets>
      <p>What waits for any of these uses up no attempts. Tests and connectivity checks go past them.</p>
    </Section>
    <Section id="authentication" title="Authentication and TLS">
      <p>
        The signature proves who has sent a request. A receiver behind a gateway may ask for more: choose it
        on the page of the webhook, under Configuration.
      </p>
      <Bullets>
        <li>
          <strong>User name and password</strong>, a <strong>bearer token</strong>, or a token in a header of
          its own.
        </li>
        <li>
          <strong>OAuth 2 client credentials</strong>: Patchbay gets a token from your token endpoint, keeps
          it in memory until shortly before its end, and takes a new one when the receiver answers 401. When
          the endpoint fails, the attempt has failed, and says why. When it asks to be left alone, what waits
          meanwhile says so and uses up no attempt; a change of the authentication, or resuming the webhook,
          ends that.
        </li>
        <li>
          An <strong>authority of your own</strong> for certificates of a local network, and a{' '}
          <strong>client certificate</strong> for receivers that ask for one.
        </li>
        <li>
          Passwords, tokens and keys are sealed, never shown again, and never in a record of an attempt. For
          an address with another host they have to be entered again. Connectivity checks and replays to
          another address do not carry them.
        </li>
      </Bullets>
    </Section>
    <Section id="held" title="Held deliveries">
      <p>
        Nothing vanishes. While a webhook is paused, disabled or suspended, while sending is switched off or
        this machine is offline, deliveries are <strong>held</strong> with the reason. Being offline is not a
        failure of the receiver and uses up no attempts.
      </p>
      <p>
        <GuideLink to="/held">Held</GuideLink> tells what is held for which webhook and why. Let it go{' '}
        <strong>oldest first, at a rate</strong> that the receiver can take, and pause, resume or cancel on
        the way. Or <strong>discard</strong> it with a note: all of a reason, or single ones that you choose
        in the list of deliveries. A webhook that is created paused collects from the start.
      </p>
      <p>
        A program does the same over the API, with a key that has the scope <Code>admin</Code>:
      </p>
      <FactTable label="Held deliveries over the API" head={['Route', 'What it does']} rows={heldRouteRows} />
    </Section>
    <Section id="rotation" title="Rotating the secret">
      <Steps>
        <li>
          On the tab <strong>Secrets</strong> of the webhook choose <strong>Rotate</strong>. A new secret
          signs from then on, and the old one signs along for 24 hours, or for as long as you choose, up to 7
          days.
        </li>
        <li>Give the new secret to the receiver. It is shown this once.</li>
        <li>
          Choose <strong>Send one with the new key only</strong>. Delivered: the receiver has switched.
          Refused: it has not; extend the overlap if it needs more time.
        </li>
        <li>End the overlap, or let it end by itself.</li>
      </Steps>
    </Section>
    <Section id="recovery" title="Sending again what was missed">
      <Bullets>
        <li>
          <strong>Resend</strong> on the page of a delivery sends it again to its webhook, with the same{' '}
          <Code>webhook-id</Code>.
        </li>
        <li>
          <strong>Replay to another URL</strong> sends the same body and id to an address of your choice,
          signed with the secrets of the webhook and judged by the network policy. It is tried once and never
          counts.
        </li>
        <li>
          <GuideLink to="/deliveries/recover">Recover</GuideLink> sends again all that a webhook missed, by
          time, status and event type. First comes a dry run; then one goes ahead, and the others follow when
          it arrives. What has arrived meanwhile is left out.
        </li>
      </Bullets>
    </Section>
    <Section id="test" title="Trying it out">
      <FactTable
        label="Two ways of trying"
        head={['Aspect', 'Send signed test', 'Check connectivity']}
        rows={[
          { id: 'what', cells: ['Sends', 'An example event, which you can edit', 'A small fixed POST'] },
          { id: 'signed', cells: ['Signed', 'Yes', 'No'] },
          { id: 'how', cells: ['Pipeline', 'The same as real deliveries', 'The same, without signature'] },
          {
            id: 'shows',
            cells: ['Shows', 'That your receiver accepts real events', 'That the address answers'],
          },
          { id: 'counts', cells: ['Counts as failure', 'Never', 'Never'] },
        ]}
      />
    </Section>
  </>
)
