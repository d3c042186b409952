/** The release that this is: the same for every package of the workspace. */
export const VERSION = '0.1.0';
