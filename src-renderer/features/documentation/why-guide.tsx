import { CodeBlock } from '#renderer/ui/code-block.tsx'
import { Bullets, Code, GuideLink, Section } from './prose.tsx'

const explainExample = `patchbay explain --email max@harbourhall.example \\
  --organization "Harbour Hall" --action api_keys.manage --json`

export const WhyGuide = () => (
  <>
    <p>
      “Why can’t I?” has one answer everywhere: in the console, over the API and on the command line. It lists
      the gates in their order, what each one read, the one that decided, the smallest change that would flip
      the answer, and who can make it. <GuideLink to="/documentation/access">How access works</GuideLink> has
      the gates and what every action demands.
    </p>
    <Section id="explain" title="Explain">
      <p>
        In <GuideLink to="/settings/access">Access</GuideLink>, choose a person or an API key. The list shows
        what is allowed; choose an action to see every gate. Paste the id of a webhook, key, connection,
        event, delivery or user to ask about that one thing. The answer can be copied as JSON.
      </p>
      <CodeBlock label="The same on the command line" text={explainExample} />
      <p>
        It ends with 0 when allowed and 3 when refused. A program asks about its own key with{' '}
        <Code>GET /v1/me</Code>.
      </p>
    </Section>
    <Section id="matrix" title="Matrix">
      <p>
        Everybody and every action in one table, with filters for roles, outcome and gate. Arrow keys move
        from cell to cell, Enter explains one. <strong>Plans and roles</strong> shows what plans and workspace
        roles come to. Both can be exported as CSV and JSON.
      </p>
    </Section>
    <Section id="what-if" title="What if">
      <p>
        Try another plan, role, membership, override or switch and see which actions would come out
        differently. It is a sandbox: nothing is saved. The address keeps the question, so it can be sent to
        somebody else.
      </p>
    </Section>
    <Section id="expectations" title="Expectations">
      <p>
        Sentences about access that must stay true, such as “Max may never manage API keys”. They are checked
        on demand and after every change of people, plans or switches. One that fails is shown on the{' '}
        <GuideLink to="/">Overview</GuideLink>.
      </p>
      <Bullets>
        <li>Save one from an explanation, from a what-if, or in the list of expectations.</li>
        <li>An expectation changes nobody’s access. It only tells.</li>
      </Bullets>
    </Section>
  </>
)
