import { useId } from 'react'
import type { Connection, Connector, ConnectorField } from '#contract/connections.ts'
import { Button } from '#renderer/ui/button.tsx'
import { Checkbox } from '#renderer/ui/checkbox.tsx'
import { Field, fieldIds } from '#renderer/ui/field.tsx'
import { Input } from '#renderer/ui/input.tsx'
import { Select } from '#renderer/ui/select.tsx'
import type { ConnectionForm } from './use-connection-form.ts'

/** How a kept secret is told: its last characters where they tell little. */
export const secretText = (tail: string) => (tail === '' ? '••••••••' : `••••••••${tail}`)

const SecretInput = ({
  field,
  form,
  connection,
  ids,
}: {
  field: ConnectorField
  form: ConnectionForm
  connection: Connection | null
  ids: ReturnType<typeof fieldIds>
}) => {
  const kept = connection?.secrets[field.name]
  const removed = form.removedSecrets.has(field.name)
  return (
    <div className="flex gap-2">
      <Input
        {...ids}
        type="password"
        autoComplete="off"
        spellCheck={false}
        className="font-mono"
        disabled={removed}
        placeholder={kept && !removed ? `${secretText(kept.tail)} stays` : undefined}
        value={form.values[field.name] ?? ''}
        onChange={(event) => form.setValue(field.name, event.target.value)}
      />
      {kept && !field.required && (
        <Button onClick={() => form.removeSecret(field.name, !removed)}>{removed ? 'Keep' : 'Remove'}</Button>
      )}
    </div>
  )
}

const Control = (props: {
  field: ConnectorField
  form: ConnectionForm
  connection: Connection | null
  ids: ReturnType<typeof fieldIds>
}) => {
  const { field, form, ids } = props
  const value = form.values[field.name] ?? ''
  if (field.kind === 'secret') return <SecretInput {...props} />
  if (field.kind === 'select') {
    const none = { value: '', label: 'None' }
    return (
      <Select
        {...ids}
        options={field.required ? field.options : [none, ...field.options]}
        value={value}
        onValueChange={(next) => form.setValue(field.name, next)}
      />
    )
  }
  return (
    <Input
      {...ids}
      type={field.kind === 'url' ? 'url' : 'text'}
      inputMode={field.kind === 'url' ? 'url' : undefined}
      placeholder={field.kind === 'url' ? 'https://' : undefined}
      autoComplete="off"
      spellCheck={false}
      value={value}
      onChange={(event) => form.setValue(field.name, event.target.value)}
    />
  )
}

const Grants = ({ connector, form }: { connector: Connector; form: ConnectionForm }) => {
  const id = useId()
  const names = connector.actions.map(({ name }) => name)
  const all = names.every((name) => form.grants.has(name))
  return (
    <fieldset aria-describedby={`${id}-hint`} className="space-y-1">
      <legend className="font-medium">Granted actions</legend>
      <div className="flex items-center justify-between gap-3">
        <p id={`${id}-hint`} className="text-xs text-muted">
          The connection may do what is granted here and nothing else.
        </p>
        <Button size="sm" look="ghost" onClick={() => form.setGrants(new Set(all ? [] : names))}>
          {all ? 'Grant none' : 'Grant all'}
        </Button>
      </div>
      {connector.actions.map((action) => (
        <div key={action.name} className="-ml-1 flex items-start gap-1">
          <Checkbox
            id={`${id}-${action.name}`}
            checked={form.grants.has(action.name)}
            onCheckedChange={(checked) => form.toggleGrant(action.name, checked === true)}
          />
          <label htmlFor={`${id}-${action.name}`} className="min-w-0 py-0.5">
            {action.description}
            <code className="ml-1.5 font-mono text-2xs text-muted">{action.name}</code>
          </label>
        </div>
      ))}
    </fieldset>
  )
}

/** The fields of a connector, as its catalogue entry describes them, and its actions to grant. */
export const ConnectionFields = ({
  connector,
  connection,
  form,
}: {
  connector: Connector
  connection: Connection | null
  form: ConnectionForm
}) => {
  const prefix = useId()
  return (
    <>
      {connector.fields.map((field) => {
        const id = `${prefix}-${field.name}`
        const error = form.errors[field.name]
        return (
          <Field
            key={field.name}
            id={id}
            label={field.label}
            hint={field.help}
            error={error}
            optional={!field.required}
          >
            <Control
              field={field}
              form={form}
              connection={connection}
              ids={fieldIds(id, field.help, error)}
            />
          </Field>
        )
      })}
      {connector.actions.length > 0 && <Grants connector={connector} form={form} />}
    </>
  )
}
