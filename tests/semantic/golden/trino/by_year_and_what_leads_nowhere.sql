WITH "identity" AS (
  SELECT
    "user_id" AS "k",
    LOWER(
      TO_HEX(
        SHA256(
          TO_UTF8(TRANSLATE("email", 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz'))
        )
      )
    ) AS "j0"
  FROM profiles
), "everyone" AS (
  SELECT
    "user_id" AS "k",
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
    "s"."__t0" AS "a0",
    COUNT(*) AS "m0",
    CAST(SUM("s"."seconds") AS BIGINT) AS "m1"
  FROM (
    SELECT
      "account_uri",
      "played_at",
      "seconds",
      CAST(DATE_TRUNC('YEAR', "played_at") AS DATE) AS "__t0"
    FROM plays
  ) AS "s"
  JOIN "x_accounts_account_uri" AS "x"
    ON "s"."account_uri" = "x"."f"
  JOIN "identity" AS "i"
    ON "x"."t" = "i"."k"
  GROUP BY
    "s"."__t0"
), "f_payments" AS (
  SELECT
    "p"."__t0" AS "a0",
    SUM("s"."amount") AS "m0",
    MAX(CASE WHEN "s"."currency" <> 'EUR' THEN "s"."currency" END) AS "__unit_0"
  FROM (
    SELECT
      "amount",
      "currency",
      "play_id"
    FROM payments
  ) AS "s"
  JOIN (
    SELECT
      "account_uri",
      "play_id",
      "played_at",
      CAST(DATE_TRUNC('YEAR', "played_at") AS DATE) AS "__t0"
    FROM plays
  ) AS "p"
    ON "s"."play_id" = "p"."play_id"
  JOIN "x_accounts_account_uri" AS "x"
    ON "p"."account_uri" = "x"."f"
  JOIN "identity" AS "i"
    ON "x"."t" = "i"."k"
  GROUP BY
    "p"."__t0"
), "f_listens" AS (
  SELECT
    "s"."__t0" AS "a0",
    COUNT(*) AS "m0"
  FROM (
    SELECT
      "listened_at",
      "listener",
      CAST(DATE_TRUNC('YEAR', "listened_at") AS DATE) AS "__t0"
    FROM listens
  ) AS "s"
  JOIN "identity" AS "i"
    ON "s"."listener" = "i"."j0"
  GROUP BY
    "s"."__t0"
), "groups" AS (
  SELECT
    "u"."a0"
  FROM (
    SELECT
      "a0"
    FROM "f_plays"
    UNION
    SELECT
      "a0"
    FROM "f_payments"
    UNION
    SELECT
      "a0"
    FROM "f_listens"
  ) AS "u"
)
SELECT
  *
FROM (
  SELECT
    "g"."a0" AS "year",
    COALESCE("f_plays"."m0", 0) AS "StreamsPlayed",
    COALESCE("f_plays"."m1", 0) AS "SecondsPlayed",
    COALESCE("f_payments"."m0", 0) AS "ArtistPayments",
    COALESCE("f_listens"."m0", 0) AS "PodcastListens",
    "f_payments"."__unit_0" AS "__unit_0_ArtistPayments",
    TRUE AS "attributed"
  FROM "groups" AS "g"
  LEFT JOIN "f_plays"
    ON "f_plays"."a0" IS NOT DISTINCT FROM "g"."a0"
  LEFT JOIN "f_payments"
    ON "f_payments"."a0" IS NOT DISTINCT FROM "g"."a0"
  LEFT JOIN "f_listens"
    ON "f_listens"."a0" IS NOT DISTINCT FROM "g"."a0"
  UNION ALL
  SELECT
    NULL AS "year",
    COALESCE("f_plays"."m0", 0) AS "StreamsPlayed",
    COALESCE("f_plays"."m1", 0) AS "SecondsPlayed",
    COALESCE("f_payments"."m0", 0) AS "ArtistPayments",
    COALESCE("f_listens"."m0", 0) AS "PodcastListens",
    "f_payments"."__unit_0" AS "__unit_0_ArtistPayments",
    FALSE AS "attributed"
  FROM (
    SELECT
      COUNT(*) AS "m0",
      CAST(SUM("s"."seconds") AS BIGINT) AS "m1"
    FROM (
      SELECT
        "account_uri",
        "played_at",
        "seconds",
        CAST(DATE_TRUNC('YEAR', "played_at") AS DATE) AS "__t0"
      FROM plays
    ) AS "s"
    LEFT JOIN (
      SELECT DISTINCT
        "x"."f" AS "f"
      FROM "x_accounts_account_uri" AS "x"
      JOIN "everyone" AS "e"
        ON "x"."t" = "e"."k"
    ) AS "r"
      ON "s"."account_uri" = "r"."f"
    WHERE
      "r"."f" IS NULL
  ) AS "f_plays"
  JOIN (
    SELECT
      SUM("s"."amount") AS "m0",
      MAX(CASE WHEN "s"."currency" <> 'EUR' THEN "s"."currency" END) AS "__unit_0"
    FROM (
      SELECT
        "amount",
        "currency",
        "play_id"
      FROM payments
    ) AS "s"
    LEFT JOIN (
      SELECT
        "account_uri",
        "play_id",
        "played_at",
        CAST(DATE_TRUNC('YEAR', "played_at") AS DATE) AS "__t0"
      FROM plays
    ) AS "p"
      ON "s"."play_id" = "p"."play_id"
    LEFT JOIN (
      SELECT DISTINCT
        "x"."f" AS "f"
      FROM "x_accounts_account_uri" AS "x"
      JOIN "everyone" AS "e"
        ON "x"."t" = "e"."k"
    ) AS "r"
      ON "p"."account_uri" = "r"."f"
    WHERE
      "r"."f" IS NULL
  ) AS "f_payments"
    ON TRUE
  JOIN (
    SELECT
      COUNT(*) AS "m0"
    FROM (
      SELECT
        "listened_at",
        "listener",
        CAST(DATE_TRUNC('YEAR', "listened_at") AS DATE) AS "__t0"
      FROM listens
    ) AS "s"
    LEFT JOIN (
      SELECT
        "e"."j0" AS "f"
      FROM "everyone" AS "e"
    ) AS "r"
      ON "s"."listener" = "r"."f"
    WHERE
      "r"."f" IS NULL
  ) AS "f_listens"
    ON TRUE
) AS "u"
