import { Bullets, Code, FactTable, GuideLink, Section, Steps } from './prose.tsx'

export const ConnectionsGuide = () => (
  <>
    <p>
      Settings → Integrations → Connections is the hub for everything outside of the workspace: native
      integrations from the catalogue, API keys for your own programs, and webhooks that tell other systems
      what happened.
    </p>
    <Section id="access" title="Who can use what">
      <p>
        Several gates are asked one after the other, and the first that says no decides. Wherever something is
        refused, <strong>Why?</strong> or <strong>Explain</strong> shows all of them, what each one read, and
        the smallest change that would open the way.
      </p>
      <FactTable
        label="Who can use what"
        head={['Part', 'Workspace role', 'Plan', 'Membership and organization role']}
        rows={[
          { id: 'hub', cells: ['Connections, to look at', 'Admin, manager', 'Any', 'Not asked'] },
          { id: 'manage', cells: ['Connections, to manage', 'Admin, manager', 'Enterprise', 'A member'] },
          { id: 'keys', cells: ['API keys, to look at', 'Admin', 'Enterprise', 'A member'] },
          { id: 'keys-manage', cells: ['API keys, to manage', 'Admin', 'Enterprise', 'Owner or admin'] },
          { id: 'webhooks', cells: ['Webhooks, to look at', 'Admin, manager', 'Any', 'Not asked'] },
          {
            id: 'webhooks-manage',
            cells: ['Webhooks, to manage', 'Admin, manager', 'Enterprise', 'Owner, admin or manager'],
          },
        ]}
      />
      <p>Staff do not see Integrations at all.</p>
    </Section>
    <Section id="capabilities" title="Capabilities and plans">
      <p>
        Two capabilities decide what an organization may connect: <Code>api_access</Code> and{' '}
        <Code>webhooks</Code>. The plan grants them, or an override grants or denies them for the organization
        or for one occasion, with a note and sometimes with an end.{' '}
        <GuideLink to="/settings/subscription">Subscription</GuideLink> shows the state of both and where it
        comes from.
      </p>
      <p>
        Losing a capability deletes nothing: webhooks are suspended, their events are held and their secrets
        kept.
      </p>
    </Section>
    <Section id="switches" title="Kill switches">
      <p>
        A kill switch stops a function for everybody or for one organization at run time, whatever the plan.
        It is not a matter of money, so nothing asks you to upgrade: the notice says who switched it off, when
        and why.
      </p>
    </Section>
    <Section id="membership" title="Membership">
      <p>
        A role that only the sign-in service claims is enough to look around, not to manage. Managing needs a
        membership of the organization, which an owner or admin gives in{' '}
        <GuideLink to="/settings/users">Users</GuideLink>.
      </p>
    </Section>
    <Section id="connect" title="Connect an integration">
      <Steps>
        <li>
          Open <GuideLink to="/settings/integrations/connections">Connections</GuideLink> and choose{' '}
          <strong>Connect</strong> on a card.
        </li>
        <li>Choose whether it is for the organization or for one occasion.</li>
        <li>
          Fill in what the integration asks for. Secrets are kept encrypted and never shown again; a changed
          address asks for them anew, so that nobody can have them sent elsewhere.
        </li>
        <li>Grant the actions that it needs. It may do nothing else.</li>
      </Steps>
    </Section>
    <Section id="manage-connections" title="Turn off, check, reset, disconnect">
      <FactTable
        label="What can be done with a connection"
        head={['Action', 'What it does']}
        rows={[
          { id: 'toggle', cells: ['Turn off and on', 'At once; settings stay.'] },
          {
            id: 'check',
            cells: ['Check now', 'Looks at the settings and at the network policy. It calls nobody.'],
          },
          {
            id: 'reset',
            cells: ['Reset', 'Clears what the connector has stored, and starts its time of connection anew.'],
          },
          { id: 'disconnect', cells: ['Disconnect', 'Deletes settings and secrets. The history stays.'] },
        ]}
      />
      <p>
        “Consent pending” means that the provider was not asked for its own consent yet. Until then nothing
        can be called.
      </p>
    </Section>
    <Section id="more" title="Go on with">
      <Bullets>
        <li>
          <GuideLink to="/documentation/api-keys">API keys</GuideLink>: let a program send events.
        </li>
        <li>
          <GuideLink to="/documentation/webhooks">Webhooks</GuideLink>: let other systems hear of them.
        </li>
      </Bullets>
    </Section>
  </>
)
