import { configuredRepositories, type RepositorySettings } from '../repositories/settings.ts';

/** The sources of add-ons that are in tool.toml: its repositories whose index is a versions.json. @throws UserError naming the entry that cannot be understood */
export const addonSources = (home: string): RepositorySettings[] => configuredRepositories(home).filter(({ type }) => type === 'versions.json');
