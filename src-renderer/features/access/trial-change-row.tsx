import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import type { TrialChange } from '#contract/access.ts'
import {
  capabilities,
  killSwitches,
  organizationRoles,
  overrideEffects,
  plans,
  workspaceRoles,
} from '#contract/vocabulary.ts'
import {
  capabilityLabels,
  killSwitchLabels,
  organizationRoleLabels,
  planLabels,
  workspaceRoleLabels,
} from '#renderer/app/labels.ts'
import { IconButton } from '#renderer/ui/icon-button.tsx'
import { Select, type SelectOption } from '#renderer/ui/select.tsx'

const optionsOf = <V extends string>(values: readonly V[], labels: Record<V, string>): SelectOption<V>[] =>
  values.map((value) => ({ value, label: labels[value] }))

const planOptions = optionsOf(plans, planLabels)
const workspaceOptions = optionsOf(workspaceRoles, workspaceRoleLabels)
const organizationOptions = optionsOf(organizationRoles, organizationRoleLabels)
const capabilityOptions = optionsOf(capabilities, capabilityLabels)
const switchOptions = optionsOf(killSwitches, killSwitchLabels)
const effectOptions = optionsOf(overrideEffects, { grant: 'grants', deny: 'denies' })
const sourceOptions = [
  { value: 'membership', label: 'membership' },
  { value: 'metadata', label: 'sign-in claim' },
] as const
const levelOptions = [
  { value: 'organization', label: 'organization' },
  { value: 'occasion', label: 'occasion' },
] as const
const switchLevelOptions = [
  { value: 'organization', label: 'this organization' },
  { value: 'platform', label: 'everybody' },
] as const
const onOptions = [
  { value: 'off', label: 'off' },
  { value: 'on', label: 'on' },
] as const
const endedOptions = [
  { value: 'open', label: 'and has no end' },
  { value: 'ended', label: 'and has ended' },
] as const

/** One word of a sentence, to be chosen. */
const Word = <V extends string>({
  label,
  options,
  value,
  onChange,
}: {
  label: string
  options: readonly SelectOption<V>[]
  value: V
  onChange: (value: V) => void
}) => (
  <Select aria-label={label} className="w-auto" options={options} value={value} onValueChange={onChange} />
)

const MembershipSentence = ({
  change,
  onChange,
}: {
  change: Extract<TrialChange, { kind: 'add_membership' | 'remove_membership' }>
  onChange: (change: TrialChange) => void
}) => {
  const source = (
    <Word
      label="Source"
      options={sourceOptions}
      value={change.source}
      onChange={(next) => onChange({ ...change, source: next })}
    />
  )
  if (change.kind === 'remove_membership') return <>The {source} is taken away</>
  return (
    <>
      A {source} as{' '}
      <Word
        label="Organization role"
        options={organizationOptions}
        value={change.organizationRole}
        onChange={(organizationRole) => onChange({ ...change, organizationRole })}
      />{' '}
      and{' '}
      <Word
        label="Workspace role"
        options={workspaceOptions}
        value={change.workspaceRole}
        onChange={(workspaceRole) => onChange({ ...change, workspaceRole })}
      />
    </>
  )
}

const OverrideSentence = ({
  change,
  onChange,
}: {
  change: Extract<TrialChange, { kind: 'set_override' | 'remove_override' }>
  onChange: (change: TrialChange) => void
}) => {
  const level = (
    <Word
      label="Level"
      options={levelOptions}
      value={change.level}
      onChange={(next) => onChange({ ...change, level: next })}
    />
  )
  const capability = (
    <Word
      label="Capability"
      options={capabilityOptions}
      value={change.capability}
      onChange={(next) => onChange({ ...change, capability: next })}
    />
  )
  if (change.kind === 'remove_override')
    return (
      <>
        The override of {capability} on the {level} is removed
      </>
    )
  return (
    <>
      An override on the {level}{' '}
      <Word
        label="Effect"
        options={effectOptions}
        value={change.effect}
        onChange={(effect) => onChange({ ...change, effect })}
      />{' '}
      {capability}{' '}
      <Word
        label="End"
        options={endedOptions}
        value={change.ended ? 'ended' : 'open'}
        onChange={(end) => onChange({ ...change, ended: end === 'ended' })}
      />
    </>
  )
}

const Sentence = ({
  change,
  onChange,
}: {
  change: TrialChange
  onChange: (change: TrialChange) => void
}): ReactNode => {
  switch (change.kind) {
    case 'set_plan':
      return (
        <>
          The plan is{' '}
          <Word
            label="Plan"
            options={planOptions}
            value={change.plan}
            onChange={(plan) => onChange({ ...change, plan })}
          />
        </>
      )
    case 'set_workspace_role':
      return (
        <>
          The workspace role is{' '}
          <Word
            label="Workspace role"
            options={workspaceOptions}
            value={change.workspaceRole}
            onChange={(workspaceRole) => onChange({ ...change, workspaceRole })}
          />
        </>
      )
    case 'set_organization_role':
      return (
        <>
          The organization role is{' '}
          <Word
            label="Organization role"
            options={organizationOptions}
            value={change.organizationRole}
            onChange={(organizationRole) => onChange({ ...change, organizationRole })}
          />
        </>
      )
    case 'add_membership':
    case 'remove_membership':
      return <MembershipSentence change={change} onChange={onChange} />
    case 'set_override':
    case 'remove_override':
      return <OverrideSentence change={change} onChange={onChange} />
    case 'set_switch':
      return (
        <>
          The switch{' '}
          <Word
            label="Switch"
            options={switchOptions}
            value={change.name}
            onChange={(name) => onChange({ ...change, name })}
          />{' '}
          is{' '}
          <Word
            label="Position"
            options={onOptions}
            value={change.on ? 'on' : 'off'}
            onChange={(position) => onChange({ ...change, on: position === 'on' })}
          />{' '}
          for{' '}
          <Word
            label="Level"
            options={switchLevelOptions}
            value={change.level}
            onChange={(level) => onChange({ ...change, level })}
          />
        </>
      )
  }
}

/** A change as a sentence whose words can be chosen. */
export const TrialChangeRow = ({
  change,
  number,
  error,
  onChange,
  onRemove,
}: {
  change: TrialChange
  number: number
  error: string | undefined
  onChange: (change: TrialChange) => void
  onRemove: () => void
}) => (
  <li className="flex items-start gap-2 py-2 first:pt-0 last:pb-0">
    <div className="min-w-0 flex-1">
      <div className="flex min-h-8 flex-wrap items-center gap-x-1.5 gap-y-1">
        <Sentence change={change} onChange={onChange} />
      </div>
      {error && (
        <p role="alert" className="mt-1 text-xs font-medium text-danger">
          {error}
        </p>
      )}
    </div>
    <IconButton icon={X} label={`Remove change ${number}`} onClick={onRemove} />
  </li>
)
