import { ArrowRight, BookOpen, KeyRound, Lock, type LucideIcon, Webhook } from 'lucide-react'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { Link } from 'react-router'
import type { Decision } from '#contract/decision.ts'
import { useDecision } from '#renderer/app/access.tsx'
import { paths } from '#renderer/app/paths.ts'
import { Button } from '#renderer/ui/button.tsx'
import { decidingGate, sentence } from '#renderer/ui/decision-text.ts'
import { ExplainDialog } from '#renderer/ui/explain-dialog.tsx'

const ToolCard = ({
  icon: Icon,
  title,
  description,
  children,
}: {
  icon: LucideIcon
  title: string
  description: string
  children: ReactNode
}) => (
  <li className="flex flex-col gap-3 rounded-lg border border-line bg-surface p-4">
    <div className="flex items-start gap-3">
      <span
        aria-hidden
        className="grid size-9 shrink-0 place-items-center rounded-lg bg-accent-soft text-accent"
      >
        <Icon className="size-4.5" />
      </span>
      <div className="min-w-0">
        <h3 className="font-semibold">{title}</h3>
        <p className="text-muted">{description}</p>
      </div>
    </div>
    <div className="mt-auto">{children}</div>
  </li>
)

const OpenLink = ({ to, label }: { to: string; label: string }) => (
  <Button asChild size="sm">
    <Link to={to}>
      {label}
      <ArrowRight aria-hidden />
    </Link>
  </Button>
)

/** Why a tool is closed to this person, in one sentence, with the whole answer behind “Why?”. */
const Closed = ({ decision }: { decision: Decision }) => {
  const [open, setOpen] = useState(false)
  const reason =
    decision.action === 'api_keys.view' && decision.decidedBy === 'workspace_role'
      ? 'Only workspace administrators manage API keys.'
      : sentence(decidingGate(decision)?.fact ?? '')
  return (
    <div className="flex items-start gap-2 rounded-md bg-sunken py-1.5 pr-1.5 pl-2.5">
      <Lock aria-hidden className="mt-1.5 size-3.5 shrink-0 text-muted" />
      <p className="min-w-0 flex-1 py-1 text-xs">{reason}</p>
      <Button size="sm" onClick={() => setOpen(true)}>
        Why?
      </Button>
      <ExplainDialog decision={decision} open={open} onOpenChange={setOpen} />
    </div>
  )
}

/** The ways for people who write programs: keys, webhooks and how to use them. */
export const DeveloperTools = () => {
  const keys = useDecision('api_keys.view')
  const webhooks = useDecision('webhooks.view')
  return (
    <section aria-labelledby="developer-tools" className="space-y-3">
      <h2 id="developer-tools" className="text-base font-semibold">
        Developer tools
      </h2>
      <ul className="grid gap-3 sm:grid-cols-2 xl:grid-cols-1">
        <ToolCard
          icon={KeyRound}
          title="Tenant API keys"
          description="Let your own programs send events and manage webhooks."
        >
          {keys?.allowed && <OpenLink to={paths.apiKeys} label="Open API keys" />}
          {keys && !keys.allowed && <Closed decision={keys} />}
        </ToolCard>
        <ToolCard
          icon={Webhook}
          title="Webhooks"
          description="Tell other systems what happens, with a signed request for each event."
        >
          {webhooks?.allowed && <OpenLink to={paths.webhooks} label="Open webhooks" />}
          {webhooks && !webhooks.allowed && <Closed decision={webhooks} />}
        </ToolCard>
        <ToolCard
          icon={BookOpen}
          title="Documentation"
          description="Short guides with examples, here and without internet."
        >
          <OpenLink to={paths.documentation} label="Open documentation" />
        </ToolCard>
      </ul>
    </section>
  )
}
