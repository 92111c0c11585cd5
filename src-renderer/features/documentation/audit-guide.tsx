import { CodeBlock } from '#renderer/ui/code-block.tsx'
import { Bullets, Code, GuideLink, Section } from './prose.tsx'

const verifyExample = 'patchbay audit verify --data-dir DIR --json'

export const AuditGuide = () => (
  <>
    <p>
      Every change by people, keys and the program itself is an entry of the{' '}
      <GuideLink to="/audit">audit log</GuideLink>: who, what, on what, before and after, from where. Secrets
      are left out when an entry is written.
    </p>
    <Section id="read" title="Read it">
      <p>
        Filter by who did it, by action, by the kind of thing and by time. An entry shows what changed, and on
        request what did not. <strong>Everything about it</strong> narrows the log to one thing.
      </p>
    </Section>
    <Section id="verify" title="Verify it">
      <p>
        Each entry holds the hash of the one before it. <strong>Verify</strong> computes them all again and
        names the first place that does not fit: an entry that was altered, removed, added or moved.
      </p>
      <CodeBlock label="The same on the command line" text={verifyExample} />
      <p>
        It cannot find that the whole database was replaced by an earlier copy of itself. An export that is
        kept elsewhere shows that.
      </p>
    </Section>
    <Section id="export" title="Export it">
      <Bullets>
        <li>
          <strong>JSON Lines</strong>: one entry in each line, complete, with its hash.
        </li>
        <li>
          <strong>CSV</strong>: for spreadsheets. A text that a spreadsheet would run as a formula begins with
          an apostrophe.
        </li>
        <li>
          The filters count. The export itself is an entry: <Code>audit.export</Code>.
        </li>
      </Bullets>
    </Section>
  </>
)
