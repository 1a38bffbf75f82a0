/** The version of dvt itself. */
export const version = "0.1.0";

/** The DVC release whose formats and behaviour this version of dvt matches. */
export const dvcVersion = "3.67.1";
