import type { InferContractRouterOutputs } from '@orpc/contract'
import { useQuery } from '@tanstack/react-query'
import { clsx } from 'clsx'
import { Check, Minus } from 'lucide-react'
import type { subscriptionContract } from '#contract/organizations.ts'
import { capabilities, type Plan, plans } from '#contract/vocabulary.ts'
import { GatedPage, useDecision } from '#renderer/app/access.tsx'
import { capabilityLabels, planLabels } from '#renderer/app/labels.ts'
import { GatedOrWhy } from '#renderer/app/refusal.tsx'
import { useScope } from '#renderer/app/scope.ts'
import { orpc } from '#renderer/bridge.ts'
import { Badge } from '#renderer/ui/badge.tsx'
import { Button } from '#renderer/ui/button.tsx'
import { Card } from '#renderer/ui/card.tsx'
import { Page } from '#renderer/ui/page.tsx'
import { QueryPage } from '#renderer/ui/query-page.tsx'
import { useChoiceParam } from '#renderer/ui/search-params.ts'
import { CapabilityStateRow, capabilityMeanings } from './capability-state.tsx'
import { ChangePlanDialog } from './change-plan-dialog.tsx'

type CurrentSubscription = InferContractRouterOutputs<typeof subscriptionContract>['get']

const Granted = ({ granted }: { granted: boolean }) =>
  granted ? (
    <>
      <Check aria-hidden className="mx-auto size-4 text-success" strokeWidth={2.5} />
      <span className="sr-only">Included</span>
    </>
  ) : (
    <>
      <Minus aria-hidden className="mx-auto size-4 text-muted" />
      <span className="sr-only">Not included</span>
    </>
  )

const Plans = ({
  subscription,
  onChange,
}: {
  subscription: CurrentSubscription
  /** Null for those who may not change the plan. */
  onChange: ((plan: Plan) => void) | null
}) => {
  const cell = (plan: string) => clsx('px-4 py-3 text-center', plan === subscription.plan && 'bg-accent-soft')
  return (
    <div className="overflow-x-auto rounded-b-lg">
      <table className="w-full min-w-[44rem] table-fixed border-separate border-spacing-0">
        <caption className="sr-only">What each plan includes</caption>
        <thead>
          <tr>
            <td className="w-56" />
            {subscription.offers.map((offer) => (
              <th key={offer.plan} scope="col" className={clsx(cell(offer.plan), 'align-top')}>
                <span className="flex items-center justify-center gap-2 text-base font-semibold">
                  {offer.name}
                  {offer.plan === subscription.plan && <Badge>Your plan</Badge>}
                </span>
                <span className="mt-1 block text-xs font-normal text-muted">{offer.description}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {capabilities.map((capability) => (
            <tr key={capability}>
              <th scope="row" className="border-t border-line px-4 py-3 text-start font-medium">
                {capabilityLabels[capability]}
                <span className="block text-xs font-normal text-muted">{capabilityMeanings[capability]}</span>
              </th>
              {subscription.offers.map((offer) => (
                <td key={offer.plan} className={clsx(cell(offer.plan), 'border-t border-line')}>
                  <Granted granted={offer.capabilities.includes(capability)} />
                </td>
              ))}
            </tr>
          ))}
          {onChange && (
            <tr>
              <td className="border-t border-line" />
              {subscription.offers.map(({ plan, name }) => (
                <td key={plan} className={clsx(cell(plan), 'border-t border-line')}>
                  {plan !== subscription.plan && (
                    <Button onClick={() => onChange(plan)}>Change to {name} …</Button>
                  )}
                </td>
              ))}
            </tr>
          )}
        </tbody>
      </table>
    </div>
  )
}

const Subscription = () => {
  const { organization, occasion, inScope } = useScope()
  const query = useQuery(orpc.subscription.get.queryOptions({ input: inScope }))
  const [changeTo, setChangeTo] = useChoiceParam('change', plans, '')
  const mayChange = useDecision('subscription.change')?.allowed ?? false
  return (
    <QueryPage query={query} title="Subscription">
      {(subscription) => (
        <Page
          title="Subscription"
          badge={<Badge tone="accent">{planLabels[subscription.plan]}</Badge>}
          description={`What ${organization.name} may use, and where that comes from.`}
        >
          <Card
            title="Capabilities"
            description={
              occasion
                ? `At ${occasion.name}: an override for the occasion goes before one for the organization, and that before the plan.`
                : 'An override for the organization goes before the plan. One for an occasion goes before both: choose the occasion to see it.'
            }
          >
            <ul className="divide-y divide-line">
              {subscription.capabilities.map((state) => (
                <li key={state.capability} className="py-2.5 first:pt-0 last:pb-0">
                  <CapabilityStateRow state={state} />
                </li>
              ))}
            </ul>
          </Card>
          <Card
            title="Plans"
            flush
            actions={
              !mayChange && <GatedOrWhy action="subscription.change" why="Why can’t I change the plan?" />
            }
          >
            <Plans subscription={subscription} onChange={mayChange ? setChangeTo : null} />
          </Card>
          {mayChange && changeTo !== '' && changeTo !== subscription.plan && (
            <ChangePlanDialog key={changeTo} plan={changeTo} onClose={() => setChangeTo('')} />
          )}
        </Page>
      )}
    </QueryPage>
  )
}

/** `/settings/subscription` */
export const SubscriptionPage = () => (
  <GatedPage action="subscription.view" title="Subscription">
    <Subscription />
  </GatedPage>
)
