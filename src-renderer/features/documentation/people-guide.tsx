import { Bullets, Code, FactTable, GuideLink, Section, Steps } from './prose.tsx'

export const PeopleGuide = () => (
  <>
    <p>
      Two roles decide what a person may do: the <strong>workspace role</strong> says what the console offers,
      the <strong>organization role</strong> says what may be managed. Both come with a membership.
    </p>
    <Section id="roles" title="Roles">
      <FactTable
        label="Workspace roles"
        head={['Workspace role', 'Sees']}
        rows={[
          { id: 'admin', cells: ['Admin', 'Every part of the workspace.'] },
          {
            id: 'manager',
            cells: ['Manager', 'Connections, webhooks, events and deliveries; no API keys and no audit log.'],
          },
          { id: 'staff', cells: ['Staff', 'No Integrations and no settings.'] },
        ]}
      />
      <FactTable
        label="Organization roles"
        head={['Organization role', 'Manages']}
        rows={[
          {
            id: 'owner',
            cells: ['Owner', 'Everything an admin may, and the plan. Only owners make owners.'],
          },
          { id: 'admin', cells: ['Admin', 'API keys, users, occasions and settings, as a workspace admin.'] },
          { id: 'manager', cells: ['Manager', 'Webhooks; resends and releases deliveries.'] },
          { id: 'member', cells: ['Member', 'Nothing.'] },
        ]}
      />
    </Section>
    <Section id="invite" title="Invite somebody">
      <Steps>
        <li>
          Open <GuideLink to="/settings/users">Users</GuideLink> and choose <strong>Invite user</strong>.
        </li>
        <li>Give name, email and both roles.</li>
        <li>
          Copy the sign-in address. It is shown this once, works once and ends after a week. Whoever has it
          comes in as that person, so send it over a way that you trust.
        </li>
      </Steps>
      <p>
        With their first sign-in people choose a password. An invitation that ended can be renewed; the
        address before it works no more. Somebody who has an account here already just becomes a member.
      </p>
    </Section>
    <Section id="membership" title="Membership and sign-in metadata">
      <p>
        A role that only the sign-in service claims is no membership. It is enough to look around, not to
        manage. Saving roles for such a person in <GuideLink to="/settings/users">Users</GuideLink> makes a
        member of them.
      </p>
    </Section>
    <Section id="last-owner" title="The last owner">
      <p>
        An organization always keeps an owner: the last one can be neither removed nor given another role.
        Make somebody else an owner first.
      </p>
    </Section>
    <Section id="occasions" title="Occasions">
      <p>
        An <strong>occasion</strong> is one event that the organization runs. Webhooks and connections belong
        to the organization or to one occasion. An archived occasion takes no new events; what was accepted is
        still delivered, nothing is deleted, and it can be restored in{' '}
        <GuideLink to="/settings/occasions">Occasions</GuideLink>. Events name theirs in{' '}
        <Code>occasionId</Code>.
      </p>
    </Section>
    <Section id="subscription" title="Changing the plan">
      <p>
        An owner changes it in <GuideLink to="/settings/subscription">Subscription</GuideLink>. Before
        anything happens, the dialog tells what would:
      </p>
      <Bullets>
        <li>which capabilities come and go, and for how many occasions,</li>
        <li>which webhooks become suspended, and how many deliveries are held,</li>
        <li>how many API keys are refused from then on.</li>
      </Bullets>
      <p>
        Nothing is deleted. When a capability returns, webhooks are resumed by hand, and what was held is
        released or discarded.
      </p>
    </Section>
  </>
)
