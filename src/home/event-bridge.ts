import { errorLine, isUserError } from '../errors.ts';
import { hasListeners, hasListenersOf, type ListenerPlugin, placeListeners, removeListeners } from './listener-folder.ts';

/** The listeners that make events of triggers: of those under `from_triggers` in tool.toml. */
const BRIDGE: ListenerPlugin = {
  name: '20_event-bridge',
  folder: 'event-bridge',
  what: 'what makes events of triggers',
  program: '../../available/events/internal/bridge/listener',
  manifest: '../../available/events/internal/bridge/plugin.toml',
};

/**
 * Has a home make events of triggers, and of no others.
 * @returns what keeps it from that
 */
export function fitEventBridge(home: string, triggers: readonly string[]): string[] {
  const sorted = [...new Set(triggers)].sort();
  if (sorted.length === 0) {
    if (hasListeners(home, BRIDGE)) removeListeners(home, BRIDGE);
    return [];
  }
  if (hasListenersOf(home, BRIDGE, sorted)) return [];
  try {
    placeListeners(home, BRIDGE, sorted);
    return [];
  } catch (error) {
    if (!isUserError(error)) throw error;
    return [errorLine(error)];
  }
}
