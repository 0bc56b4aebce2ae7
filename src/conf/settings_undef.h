/* settings_undef.h - so that settings.def can be read with other meanings. */
#undef SETTING_TEXT
#undef SETTING_PATH
#undef SETTING_BOOL
#undef SETTING_NUMBER
#undef SETTING_BYTES
#undef SETTING_DURATION
#undef SETTING_CHOICE
#undef SETTING_LIST
