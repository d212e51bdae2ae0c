import { ARCHITECTURES, SYSTEMS } from '../platforms.ts';
import { ANY, type Platform } from '../release.ts';
import { MOST_PLATFORMS } from './drafts.ts';
import { type Fields, isMap, shown } from './fields.ts';

/** What a selector says of one of its two keys: the values it may have, or those it may not. Both empty for every value. */
interface Constraint {
  allowed: readonly string[] | undefined;
  refused: readonly string[];
}

/**
 * The platforms that a selector of krew's picks (contract registry §3.2): labels and expressions have to hold together, as Kubernetes has it. What it leaves
 * open is `any`; what it only excludes is told by what is left of the systems or architectures that are known.
 * @returns none where it picks none, which is reported
 */
export function platformsOfSelector(part: Fields): Platform[] {
  const selector = part.fields('selector');
  if (!selector) {
    if (!part.has('selector')) part.entry.refuse(`${part.pathOf('selector')}: nil selector is not supported`, EXAMPLE, part.map);
    return [];
  }
  const labels = selector.fields('matchLabels');
  const expressions = selector.list('matchExpressions');
  if (!labels && !expressions) {
    part.entry.refuse(`${part.pathOf('selector')}: empty selector is not supported`, EXAMPLE, part.map);
    return [];
  }
  if (labels && Object.keys(labels.map).length === 0) part.entry.refuse(`${selector.pathOf('matchLabels')} specified but empty`, EXAMPLE, part.map);
  if (expressions?.length === 0) part.entry.refuse(`${selector.pathOf('matchExpressions')} specified but empty`, EXAMPLE, part.map);
  const constraints = { os: unconstrained(), arch: unconstrained() };
  for (const key of Object.keys(labels?.map ?? {})) {
    if (isKey(key)) allow(constraints[key], [labels?.text(key) ?? '']);
    else notAKey(part, key);
  }
  for (const expression of expressions ?? []) constrain(constraints, expression, part);
  const [systems, architectures] = [valuesOf(constraints.os, SYSTEMS), valuesOf(constraints.arch, ARCHITECTURES)];
  if (systems.length * architectures.length > MOST_PLATFORMS) {
    part.entry.refuse(`${part.pathOf('selector')} picks more than ${MOST_PLATFORMS} platforms`, EXAMPLE, part.map);
    return [];
  }
  const platforms = systems.flatMap((os) => architectures.map((arch) => ({ os, arch })));
  if (platforms.length === 0) part.entry.refuse(`${part.pathOf('selector')} picks no platform`, EXAMPLE, part.map);
  return platforms;
}

const EXAMPLE = 'write it as matchLabels: {os: linux, arch: amd64}';

const isKey = (key: string): key is 'os' | 'arch' => key === 'os' || key === 'arch';

const notAKey = (part: Fields, key: string): void =>
  part.entry.refuse(`${part.pathOf('selector')}: key ${shown(key)} not supported`, 'the keys are os and arch', part.map);

const unconstrained = (): Constraint => ({ allowed: undefined, refused: [] });

function allow(constraint: Constraint, values: readonly string[]): void {
  constraint.allowed = constraint.allowed ? constraint.allowed.filter((value) => values.includes(value)) : [...new Set(values)];
}

function constrain(constraints: Record<'os' | 'arch', Constraint>, expression: Fields, part: Fields): void {
  const [key, operator, values = []] = [expression.text('key'), expression.text('operator'), expression.texts('values')];
  if (!isKey(key)) {
    notAKey(part, key);
    return;
  }
  const constraint = constraints[key];
  const needsValues = operator === 'In' || operator === 'NotIn';
  if (needsValues && values.length === 0 && !isMap(expression.map.values)) {
    part.entry.refuse(`${expression.pathOf('values')} cannot be empty for ${operator}`, EXAMPLE, part.map);
  }
  if (operator === 'In') allow(constraint, values);
  else if (operator === 'NotIn') constraint.refused = [...constraint.refused, ...values];
  // Every platform has both keys.
  else if (operator === 'DoesNotExist') allow(constraint, []);
  else if (operator !== 'Exists')
    part.entry.refuse(`${expression.pathOf('operator')} ${shown(operator)} is none of In, NotIn, Exists and DoesNotExist`, undefined, part.map);
}

function valuesOf({ allowed, refused }: Constraint, known: readonly string[]): readonly string[] {
  if (!allowed && refused.length === 0) return [ANY];
  return (allowed ?? known).filter((value) => !refused.includes(value));
}
