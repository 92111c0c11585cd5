import { Bullets, Code, FactTable, GuideLink, Section } from './prose.tsx'

export const PlatformGuide = () => (
  <>
    <p>
      A <strong>platform admin</strong> is support or operations staff of the installation. The pages under
      Platform look over all organizations; nobody else sees them.
    </p>
    <Section id="health" title="Health and webhooks">
      <p>
        <GuideLink to="/platform/integrations">Integration health</GuideLink> counts connections, keys,
        webhooks and deliveries of every organization, whatever capabilities it has.{' '}
        <GuideLink to="/platform/webhooks">Webhook operations</GuideLink> lists all webhooks. Pausing and
        resuming one is support, and still needs the capability <Code>webhooks</Code> of its organization.
      </p>
    </Section>
    <Section id="overrides" title="Overrides and trials">
      <p>
        An override grants or denies a capability for an organization or one occasion, above the plan. With an
        end it is a trial: from then on it counts as absent. The override on the occasion speaks first, then
        the one on the organization, then the plan. The note is read by the organization, too.
      </p>
    </Section>
    <Section id="switches" title="Kill switches">
      <FactTable
        label="Kill switches"
        head={['Switch', 'Off, it stops']}
        rows={[
          { id: 'integrations', cells: ['Integrations', 'Managing connections.'] },
          { id: 'api_access', cells: ['API access', 'Every call with an API key, and managing keys.'] },
          { id: 'webhooks', cells: ['Webhooks', 'Managing webhooks, resending and releasing.'] },
          { id: 'delivery', cells: ['Delivery', 'All sending. Events are accepted and held.'] },
        ]}
      />
      <p>
        Each goes for everybody or for one organization and needs a reason, which everybody reads who is
        refused because of it. Open consoles follow within a second. A switched-off power never asks anybody
        to upgrade.
      </p>
    </Section>
    <Section id="operational" title="Operational subscriptions">
      <p>
        Webhooks of the platform itself tell your on-call or chat system when a webhook is disabled, a
        delivery is exhausted, a connection fails or a key is about to expire, in any organization. They are
        signed and delivered like all others, ask for no capability, and have network rules of their own. A
        filter and a shape are tried on the newest operational events while you write them.
      </p>
      <Bullets>
        <li>
          Add one in <GuideLink to="/platform/operational-webhooks">Operational subscriptions</GuideLink>.
        </li>
        <li>
          <GuideLink to="/documentation/verification">Verify the signature</GuideLink> in the receiver.
        </li>
      </Bullets>
    </Section>
  </>
)
