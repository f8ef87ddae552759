WITH "identity" AS (
  SELECT
    "user_id" AS "k",
    "country" AS "d0",
    LOWER(
      TO_HEX(
        SHA256(
          TO_UTF8(TRANSLATE("email", 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz'))
        )
      )
    ) AS "j0"
  FROM profiles
), "x_accounts_account_uri" AS (
  SELECT
    "account_uri" AS "f",
    "user_id" AS "t"
  FROM accounts
), "f_plays" AS (
  SELECT
    "i"."d0" AS "d0",
    "s"."__t0" AS "a0",
    COUNT(*) AS "m0"
  FROM (
    SELECT
      "account_uri",
      "played_at",
      CAST(CAST(AT_TIMEZONE(WITH_TIMEZONE("played_at", 'UTC'), 'Europe/Stockholm') AS TIMESTAMP) AS DATE) AS "__t0"
    FROM plays
  ) AS "s"
  JOIN "x_accounts_account_uri" AS "x"
    ON "s"."account_uri" = "x"."f"
  JOIN "identity" AS "i"
    ON "x"."t" = "i"."k"
  GROUP BY
    "i"."d0",
    "s"."__t0"
), "f_listens" AS (
  SELECT
    "i"."d0" AS "d0",
    "s"."__t0" AS "a0",
    COUNT(*) AS "m0",
    COUNT(DISTINCT "s"."podcast_id") AS "m1"
  FROM (
    SELECT
      "listened_at",
      "listener",
      "podcast_id",
      CAST(CAST(AT_TIMEZONE(WITH_TIMEZONE("listened_at", 'UTC'), 'Europe/Stockholm') AS TIMESTAMP) AS DATE) AS "__t0"
    FROM listens
  ) AS "s"
  JOIN "identity" AS "i"
    ON "s"."listener" = "i"."j0"
  GROUP BY
    "i"."d0",
    "s"."__t0"
), "groups" AS (
  SELECT
    "u"."d0",
    "u"."a0"
  FROM (
    SELECT
      "d0",
      "a0"
    FROM "f_plays"
    UNION
    SELECT
      "d0",
      "a0"
    FROM "f_listens"
  ) AS "u"
)
SELECT
  "g"."d0" AS "country",
  "g"."a0" AS "day",
  COALESCE("f_plays"."m0", 0) AS "StreamsPlayed",
  COALESCE("f_listens"."m0", 0) AS "PodcastListens",
  COALESCE("f_listens"."m1", 0) AS "PodcastsListened"
FROM "groups" AS "g"
LEFT JOIN "f_plays"
  ON "f_plays"."d0" IS NOT DISTINCT FROM "g"."d0"
  AND "f_plays"."a0" IS NOT DISTINCT FROM "g"."a0"
LEFT JOIN "f_listens"
  ON "f_listens"."d0" IS NOT DISTINCT FROM "g"."d0"
  AND "f_listens"."a0" IS NOT DISTINCT FROM "g"."a0"
ORDER BY
  "g"."d0",
  "g"."a0"
